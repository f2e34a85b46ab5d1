import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { SecureContextOptions } from 'node:tls';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { error, HeadwaterError, reasonOf, type ErrorCode } from '../../errors.js';
import type { Health } from '../connect-worker.js';
import type { Herder } from '../herder.js';
import { openApi } from './openapi.js';
import { routes, type Request, type Route } from './routes.js';

export interface RestOptions {
  readonly herder: Herder;
  readonly health?: () => Health;
  /** Every request but those for health waits for this, as it does while Kafka's own worker starts. */
  readonly started?: Promise<unknown>;
  /** Asks for one of these by HTTP Basic authentication: passwords by user. */
  readonly users?: ReadonlyMap<string, string>;
  /** Serves HTTPS with this key and certificate. */
  readonly tls?: Pick<SecureContextOptions, 'key' | 'cert' | 'ca' | 'passphrase'>;
}

const START_LIMIT_MS = 90_000;
const STATUS: Partial<Record<ErrorCode, number>> = {
  HW_CONNECT_BAD_REQUEST: 400,
  HW_CONNECT_FORBIDDEN: 403,
  HW_CONNECT_NOT_FOUND: 404,
  HW_CONNECT_CONFLICT: 409,
};
const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
};

/** The REST interface of Kafka Connect 4.3 over a herder. `listen` it; `inject` asks it without a port. */
export function restServer({ herder, health = () => 'healthy', started, users, tls }: RestOptions): FastifyInstance {
  const server = fastify({
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
    exposeHeadRoutes: true,
    ...(tls ? { https: tls } : {}),
  }) as FastifyInstance;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  if (users) server.addHook('onRequest', basicAuth(users));
  server.addHook('onRequest', checkRequest);
  server.addHook('onRequest', async ({ routeOptions }) => {
    if (started && routeOptions.url !== '/health') await withinLimit(started);
  });
  server.setErrorHandler((thrown, _request, reply) => answerError(thrown, reply));

  const all = routes(herder, health);
  for (const route of all) {
    server.route({
      method: route.method,
      url: route.path,
      async handler(request, reply) {
        if (route.status !== undefined) reply.code(route.status);
        const answer = await route.handle(request as Request, reply);
        return reply.sent ? reply : send(reply, answer);
      },
    });
  }
  server.get('/openapi.json', () => openApi(all));
  server.setNotFoundHandler((request, reply) => answerUnrouted(all, request, reply));
  return server;
}

/** Waits as long as Kafka's own worker does. */
async function withinLimit(started: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = pause(START_LIMIT_MS, undefined, { signal: over.signal, ref: false }).then(() => {
    throw error('HW_CONNECT_INTERNAL', { problem: 'Request timed out. The worker is currently starting up.' });
  });
  late.catch(() => undefined);
  await Promise.race([started, late]);
  over.abort();
}

function send(reply: FastifyReply, answer: unknown): FastifyReply {
  return answer === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(answer));
}

/** The one place where what was thrown becomes a status. */
function answerError(thrown: unknown, reply: FastifyReply): FastifyReply {
  if (thrown instanceof HeadwaterError) {
    return fail(reply, STATUS[thrown.code] ?? 500, String(thrown.details.problem ?? thrown.message));
  }
  const given = (thrown as { statusCode?: number }).statusCode;
  if (given !== undefined && given >= 400 && given < 500) return fail(reply, given, `HTTP ${given} ${REASONS[given] ?? ''}`.trim());
  return fail(reply, 500, reasonOf(thrown));
}

function answerUnrouted(all: readonly Route[], request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? '';
  const methods = all.filter((route) => pattern(route.path).test(path)).map((route) => route.method);
  if (methods.length === 0) return fail(reply, 404, 'HTTP 404 Not Found');
  const allowed = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'];
  reply.header('allow', allowed.join(','));
  if (request.method !== 'OPTIONS') return fail(reply, 405, 'HTTP 405 Method Not Allowed');
  return reply.code(200).type('text/plain').send(allowed.join(', '));
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`);
}

function checkRequest(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const path = request.url.split('?')[0] ?? '';
  const accept = request.headers.accept ?? '*/*';
  if (/%2f/i.test(path)) fail(reply, 400, 'Ambiguous URI path separator');
  else if (!/application\/json|\*\/\*|application\/\*/.test(accept) && request.method !== 'OPTIONS')
    fail(reply, 406, 'HTTP 406 Not Acceptable');
  else done();
}

function basicAuth(users: ReadonlyMap<string, string>) {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const known = [...users].map(([user, password]) => digest(`${user}:${password}`));
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const [, given = ''] = /^basic ([\w+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const offered = digest(Buffer.from(given, 'base64').toString());
    if (known.some((digest) => timingSafeEqual(digest, offered))) {
      done();
      return;
    }
    reply.header('www-authenticate', 'Basic realm="headwater connect"');
    fail(reply, 401, 'HTTP 401 Unauthorized');
  };
}

function fail(reply: FastifyReply, code: number, message: string): FastifyReply {
  return reply
    .code(code)
    .type('application/json')
    .send(JSON.stringify({ error_code: code, message }));
}
