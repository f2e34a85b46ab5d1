import { CONNECT_VERSION } from '../plugins.js';
import { answerSchemas, refTo, type Answer } from './answer-schemas.js';
import type { Route } from './routes.js';

/** The OpenAPI 3.1 document of the routes. */
export function openApi(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headwater Connect',
      version: CONNECT_VERSION,
      description: `The REST interface of Kafka Connect ${CONNECT_VERSION}, served by Headwater.`,
    },
    paths,
    components: { schemas: answerSchemas },
  };
}

function operation(route: Route): object {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: name === 'task' ? 'integer' : 'string' },
  }));
  const inQuery = Object.entries(route.query ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...inQuery];
  const withBody = /^(PATCH|POST|PUT) \/(connectors$|connectors\/:name\/(config|offsets)$|connector-plugins|admin)/.test(
    `${route.method} ${route.path}`,
  );
  return {
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(withBody ? { requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } } } : {}),
    responses: responses(route),
  };
}

function responses({ status = 200, answer, otherwise = {} }: Route): object {
  const forms: Readonly<Record<number, Answer | null>> = { [status]: answer ?? null, ...otherwise };
  const successes = Object.entries(forms).map(([code, form]) => [code, response(Number(code) < 400 ? 'Done' : 'Not done', form)] as const);
  return { ...Object.fromEntries(successes), default: response('The request failed', 'Error') };
}

function response(description: string, form: Answer | null): object {
  return { description, ...(form === null ? {} : { content: { 'application/json': { schema: refTo(form) } } }) };
}
