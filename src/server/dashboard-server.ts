import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';

import { HeadwaterError, reasonOf, type ErrorCode } from '../errors.js';
import { fileBlobs } from '../image/blob-loader.js';
import { systemClock, type Clock } from '../time/clock.js';
import { guard, refusal } from './guard.js';
import { LogWatch } from './log-watch.js';
import { pageRoutes } from './page-routes.js';
import { apiRoutes, healthRoutes } from './routes.js';
import type { Surroundings } from './surroundings.js';

export interface DashboardOptions extends Pick<Surroundings, 'log' | 'registry' | 'cameras' | 'models'> {
  /** Apps of this process; more may be added while it serves. Default: none, only the log is looked at. */
  readonly apps?: Surroundings['apps'];
  /** Loads pictures that lie beside the log. Default: none can be loaded. */
  readonly blobs?: Surroundings['blobs'];
  readonly clock?: Clock;
}

const statuses: Partial<Record<ErrorCode, number>> = {
  HW_LABEL: 400,
  HW_FRAME_UNKNOWN: 404,
  HW_TOPIC_UNKNOWN: 404,
  HW_SERDE: 422,
  HW_BLOB: 422,
  HW_BLOB_AWAY: 503,
  HW_IMAGE_FORMAT: 422,
  HW_IMAGE_CORRUPT: 422,
  HW_IMAGE_LIMIT: 422,
};

/** Bytes of a request's body at most. */
const bodyLimit = 256 * 1024;

/**
 * Serves metrics, health and the dashboard of a log and of the apps that run on it in this process. `listen` it, `inject` asks it without a port, `close`
 * ends it. Who can reach it can see the pictures and give labels: there is no password, so listen on other than this machine only behind something that asks.
 */
export function dashboardServer(options: DashboardOptions): FastifyInstance {
  const { log, registry, clock = systemClock } = options;
  const watch = new LogWatch(log, registry, clock);
  const surroundings: Surroundings = { apps: [], blobs: fileBlobs(undefined), ...options, clock, watch };
  const server = fastify({ bodyLimit, forceCloseConnections: true, exposeHeadRoutes: true, routerOptions: { maxParamLength: 300 } });
  server.addHook('onClose', () => watch.close());
  server.addHook('onRequest', guard);
  server.addHook('onRequest', (request, reply, done) => {
    const reason = refusal(request);
    if (reason === undefined) done();
    else fail(reply, 403, 'FORBIDDEN', reason);
  });
  server.removeContentTypeParser('text/plain');
  server.setErrorHandler((thrown, _, reply) => answerError(thrown, reply));
  server.setNotFoundHandler((_, reply) => fail(reply, 404, 'NOT_FOUND', 'there is nothing here'));
  healthRoutes(server, surroundings);
  apiRoutes(server, surroundings);
  pageRoutes(server);
  return server;
}

/** The one place where what was thrown becomes a status. */
function answerError(thrown: unknown, reply: FastifyReply): FastifyReply {
  if (thrown instanceof HeadwaterError) return fail(reply, statuses[thrown.code] ?? 500, thrown.code, thrown.message);
  const { statusCode = 500, code = 'INTERNAL' } = thrown as { readonly statusCode?: number; readonly code?: string };
  return fail(reply, statusCode, code, reasonOf(thrown));
}

function fail(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}
