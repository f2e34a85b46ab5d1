import type { FastifyReply, FastifyRequest } from 'fastify';
import { error, HeadwaterError } from '../../errors.js';
import type { Health } from '../connect-worker.js';
import type { Herder } from '../herder.js';
import { CONNECT_VERSION } from '../plugins.js';
import type { Answer } from './answer-schemas.js';
import { alteredOffsets, connectorConfig, createRequest, object, properties } from './request-body.js';

export interface Request extends FastifyRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
}

/** One operation: what the path and method do. The answer's body is what `handle` gives. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Where it is not 200. */
  readonly status?: number;
  /** The form of the body; without it there is none. */
  readonly answer?: Answer;
  /** Other statuses of success, or of health, with the form of their bodies; null for none. */
  readonly otherwise?: Readonly<Record<number, Answer | null>>;
  /** The parameters of the query, and what each is for. */
  readonly query?: Readonly<Record<string, string>>;
  handle(request: Request, reply: FastifyReply): unknown;
}

const HEALTH = {
  healthy: [200, 'Worker has completed startup and is ready to handle requests.'],
  starting: [503, 'Worker is still starting up.'],
  unhealthy: [500, 'Worker was unable to handle this request and may be unable to handle other requests.'],
} as const;

/** Kafka Connect's REST operations, each a thin call of the herder. */
export function routes(herder: Herder, health: () => Health): Route[] {
  return [
    ...rootRoutes(herder, health),
    ...connectorRoutes(herder),
    ...stateRoutes(herder),
    ...offsetRoutes(herder),
    ...pluginRoutes(herder),
    ...loggerRoutes(herder),
  ];
}

function rootRoutes(herder: Herder, health: () => Health): Route[] {
  return [
    {
      method: 'GET',
      path: '/',
      summary: 'Version and cluster id',
      answer: 'Worker',
      handle: async () => ({ version: CONNECT_VERSION, commit: 'headwater', kafka_cluster_id: await herder.clusterId() }),
    },
    {
      method: 'GET',
      path: '/health',
      summary: 'Whether the worker takes requests',
      answer: 'Health',
      otherwise: { 500: 'Health', 503: 'Health' },
      handle(_, reply) {
        const status = health();
        const [code, message] = HEALTH[status];
        reply.code(code);
        return { status, message };
      },
    },
  ];
}

function connectorRoutes(herder: Herder): Route[] {
  return [
    {
      method: 'GET',
      path: '/connectors',
      summary: 'Names of the connectors, or with expand=info, expand=status more of them',
      answer: 'Connectors',
      query: { expand: 'info, status, or both by naming it twice' },
      handle({ query }) {
        if (query.expand === undefined) return herder.names();
        const wanted = [query.expand].flat();
        return Object.fromEntries(herder.names().map((name) => [name, expanded(herder, name, wanted)]));
      },
    },
    {
      method: 'POST',
      path: '/connectors',
      summary: 'Create a connector',
      answer: 'Connector',
      status: 201,
      async handle({ body, protocol, host }, reply) {
        const { name, config, target } = createRequest(body);
        const info = await herder.create(name, config, target);
        reply.header('location', location(protocol, host, name));
        return info;
      },
    },
    {
      method: 'GET',
      path: '/connectors/:name',
      summary: 'Configuration and tasks',
      answer: 'Connector',
      handle: ({ params }) => herder.info(at(params, 'name')),
    },
    {
      method: 'GET',
      path: '/connectors/:name/config',
      summary: 'Configuration',
      answer: 'Config',
      handle: ({ params }) => herder.config(at(params, 'name')),
    },
    {
      method: 'PUT',
      path: '/connectors/:name/config',
      summary: 'Create a connector or replace its configuration',
      answer: 'Connector',
      otherwise: { 201: 'Connector' },
      async handle({ params, body, protocol, host }, reply) {
        const name = at(params, 'name');
        const { created, info } = await herder.put(name, connectorConfig(body, name));
        if (created) reply.code(201).header('location', location(protocol, host, name));
        return info;
      },
    },
    {
      method: 'PATCH',
      path: '/connectors/:name/config',
      summary: 'Change single keys of the configuration; null removes one',
      answer: 'Connector',
      handle: ({ params, body }) => herder.patch(at(params, 'name'), properties(object(body))),
    },
    {
      method: 'DELETE',
      path: '/connectors/:name',
      summary: 'Delete a connector',
      status: 204,
      handle: ({ params }) => herder.remove(at(params, 'name')),
    },
    {
      method: 'GET',
      path: '/connectors/:name/tasks',
      summary: 'Tasks and their configurations',
      answer: 'Tasks',
      handle: ({ params }) => herder.tasks(at(params, 'name')),
    },
    { method: 'POST', path: '/connectors/:name/tasks', summary: 'For workers among themselves; refused', handle: () => refuseInternal() },
    { method: 'PUT', path: '/connectors/:name/fence', summary: 'For workers among themselves; refused', handle: () => refuseInternal() },
  ];
}

function stateRoutes(herder: Herder): Route[] {
  const change = (verb: 'pause' | 'resume' | 'stop', summary: string, status: number): Route => ({
    method: 'PUT',
    path: `/connectors/:name/${verb}`,
    summary,
    status,
    handle: ({ params }) => herder[verb](at(params, 'name')),
  });
  return [
    {
      method: 'GET',
      path: '/connectors/:name/status',
      summary: 'State of the connector and its tasks',
      answer: 'ConnectorStatus',
      handle: ({ params }) => herder.status(at(params, 'name')),
    },
    {
      method: 'GET',
      path: '/connectors/:name/tasks/:task/status',
      summary: 'State of a task',
      answer: 'TaskStatus',
      handle: ({ params }) => herder.taskStatus(at(params, 'name'), taskId(params)),
    },
    change('pause', 'Pause the connector and its tasks', 202),
    change('resume', 'Resume', 202),
    change('stop', 'Stop the connector and shut its tasks down', 204),
    {
      method: 'POST',
      path: '/connectors/:name/restart',
      summary: 'Restart the connector, with includeTasks=true its tasks, with onlyFailed=true what failed',
      status: 204,
      otherwise: { 202: 'ConnectorStatus' },
      query: { includeTasks: 'true: the tasks too', onlyFailed: 'true: only what has failed' },
      async handle({ params, query }, reply) {
        const includeTasks = query.includeTasks === 'true';
        const onlyFailed = query.onlyFailed === 'true';
        const status = await herder.restart({ connector: at(params, 'name'), includeTasks, onlyFailed });
        if (includeTasks || onlyFailed) return reply.code(202).send(status);
        return reply.code(204).send();
      },
    },
    {
      method: 'POST',
      path: '/connectors/:name/tasks/:task/restart',
      summary: 'Restart a task',
      status: 204,
      handle: ({ params }) => herder.restartTask(at(params, 'name'), taskId(params)),
    },
    {
      method: 'GET',
      path: '/connectors/:name/topics',
      summary: 'Topics in use',
      answer: 'Topics',
      handle: ({ params }) => ({ [at(params, 'name')]: { topics: herder.topics(at(params, 'name')) } }),
    },
    {
      method: 'PUT',
      path: '/connectors/:name/topics/reset',
      summary: 'Forget the topics in use',
      status: 202,
      handle: ({ params }) => herder.resetTopics(at(params, 'name')),
    },
  ];
}

function offsetRoutes(herder: Herder): Route[] {
  const path = '/connectors/:name/offsets';
  return [
    { method: 'GET', path, summary: 'Committed offsets', answer: 'Offsets', handle: ({ params }) => herder.offsets(at(params, 'name')) },
    {
      method: 'PATCH',
      path,
      summary: 'Alter offsets of a stopped connector',
      answer: 'Message',
      handle: async ({ params, body }) => ({ message: await herder.alterOffsets(at(params, 'name'), alteredOffsets(body)) }),
    },
    {
      method: 'DELETE',
      path,
      summary: 'Reset the offsets of a stopped connector',
      answer: 'Message',
      handle: async ({ params }) => ({ message: await herder.resetOffsets(at(params, 'name')) }),
    },
  ];
}

function pluginRoutes(herder: Herder): Route[] {
  return [
    {
      method: 'GET',
      path: '/connector-plugins',
      summary: 'Connectors, with connectorsOnly=false all plugins',
      answer: 'Plugins',
      query: { connectorsOnly: 'false: converters, transforms and predicates too' },
      handle: ({ query }) => herder.plugins(query.connectorsOnly !== 'false'),
    },
    {
      method: 'GET',
      path: '/connector-plugins/:plugin/config',
      summary: 'Keys of a plugin',
      answer: 'ConfigKeys',
      query: { version: 'the version that is meant' },
      handle: ({ params, query }) => herder.pluginConfig(at(params, 'plugin'), [query.version].flat()[0]),
    },
    {
      method: 'PUT',
      path: '/connector-plugins/:plugin/config/validate',
      summary: 'Check a configuration',
      answer: 'Validation',
      async handle({ params, body }) {
        const plugin = at(params, 'plugin');
        const config = properties(object(body));
        const bare = (name: string): string => name.replace(/Connector$/, '');
        const named = config['connector.class'];
        if (named && !bare(named).endsWith(bare(plugin))) {
          throw error('HW_CONNECT_BAD_REQUEST', { problem: `Included connector type ${named} does not match request type ${plugin}` });
        }
        try {
          return await herder.validate(config);
        } catch (thrown) {
          if (!(thrown instanceof HeadwaterError)) throw thrown;
          throw error('HW_CONNECT_INTERNAL', { problem: String(thrown.details.problem ?? thrown.message) }, thrown);
        }
      },
    },
  ];
}

function loggerRoutes(herder: Herder): Route[] {
  return [
    { method: 'GET', path: '/admin/loggers', summary: 'Levels of all loggers', answer: 'Loggers', handle: () => herder.loggers() },
    {
      method: 'GET',
      path: '/admin/loggers/:logger',
      summary: 'Level of a logger',
      answer: 'Logger',
      handle: ({ params }) => herder.logger(at(params, 'logger')),
    },
    {
      method: 'PUT',
      path: '/admin/loggers/:logger',
      summary: 'Set a level, with scope=cluster on all workers',
      answer: 'Names',
      otherwise: { 204: null },
      query: { scope: 'worker (default) or cluster' },
      async handle({ params, query, body }, reply) {
        const { level } = object(body);
        if (typeof level !== 'string')
          throw error('HW_CONNECT_BAD_REQUEST', { problem: "Desired 'level' parameter was not specified in request." });
        const everywhere = query.scope === 'cluster';
        const changed = await herder.setLogLevel(at(params, 'logger'), level, everywhere);
        return everywhere ? reply.code(204).send() : changed;
      },
    },
  ];
}

function expanded(herder: Herder, name: string, wanted: readonly string[]): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  try {
    if (wanted.includes('info')) answer.info = herder.info(name);
    if (wanted.includes('status')) answer.status = herder.status(name);
  } catch (thrown) {
    if (!(thrown instanceof HeadwaterError)) throw thrown;
  }
  return answer;
}

function location(protocol: string, host: string, name: string): string {
  return `${protocol}://${host}/connectors/${name.split('/').map(encodeURIComponent).join('/')}`;
}

function at(params: Readonly<Record<string, string>>, name: string): string {
  return params[name] ?? '';
}

function taskId(params: Readonly<Record<string, string>>): number {
  const text = at(params, 'task');
  if (!/^\d+$/.test(text)) throw error('HW_CONNECT_NOT_FOUND', { problem: 'HTTP 404 Not Found' });
  return Number(text);
}

function refuseInternal(): never {
  throw error('HW_CONNECT_BAD_REQUEST', { problem: 'Internal request missing required signature' });
}
