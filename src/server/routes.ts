import type { FastifyInstance } from 'fastify';

import { lanes } from '../ml/engines/lane-pool.js';
import { deadLetters } from './dead-letters.js';
import { EventStream } from './event-stream.js';
import { framePicture } from './frame-picture.js';
import { heads } from './heads.js';
import { readiness } from './health.js';
import { giveLabels } from './label-request.js';
import { lagOf } from './lag.js';
import { appFamilies } from './metrics/app-families.js';
import { exposition, EXPOSITION_TYPE } from './metrics/exposition.js';
import { headFamilies } from './metrics/head-families.js';
import { laneFamilies } from './metrics/lane-families.js';
import { processFamilies } from './metrics/process-families.js';
import { overview, predictionFigures } from './overview.js';
import { sampled } from './sampled.js';
import type { Surroundings } from './surroundings.js';

/** Predictions in one answer at most. */
const mostPredictions = 500;

/** Metrics and health, for machines. */
export function healthRoutes(server: FastifyInstance, surroundings: Surroundings): void {
  const { log, apps, models, watch } = surroundings;
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_, reply) => {
    const answer = await readiness(surroundings);
    return reply.code(answer.ready ? 200 : 503).send(answer);
  });
  server.get('/metrics', async (_, reply) => {
    const accuracy = [...watch.progress.values()].flatMap((points) => points.slice(-1));
    const lags = apps.length === 0 ? [] : await lagOf(log, apps);
    const families = [
      ...appFamilies(apps, lags),
      ...laneFamilies(lanes().figures()),
      ...headFamilies(models, accuracy),
      ...processFamilies(),
    ];
    return reply.type(EXPOSITION_TYPE).send(exposition(families));
  });
}

interface FrameParams {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const frameParams = {
  type: 'object',
  properties: { partition: { type: 'integer', minimum: 0 }, offset: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
} as const;

/** What the dashboard shows and does, as JSON. */
export function apiRoutes(server: FastifyInstance, surroundings: Surroundings): void {
  const { log, apps, clock, watch } = surroundings;
  const lag = sampled(clock, 1000, () => lagOf(log, apps));
  const letters = sampled(clock, 2000, () => deadLetters(log, apps));
  const state = async () => overview(surroundings, await lag());
  const events = new EventStream(clock, state);
  server.addHook('preClose', (done) => {
    events.end();
    done();
  });

  server.get('/api/overview', state);
  server.get('/api/topologies', () => apps.map(({ name, blueprint }) => ({ app: name, ...blueprint })));
  server.get('/api/heads', () => heads(surroundings));
  server.get('/api/lag', lag);
  server.get('/api/dead-letters', letters);
  server.get<{ Querystring: { limit?: number; camera?: string } }>(
    '/api/predictions',
    { schema: { querystring: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: mostPredictions } } } } },
    ({ query: { limit = 100, camera } }) => {
      const wanted = watch.predictions.filter((prediction) => camera === undefined || prediction.camera === camera);
      return wanted
        .slice(-limit)
        .reverse()
        .map((prediction) => predictionFigures(prediction, watch.truth(prediction)));
    },
  );
  server.get<{ Params: FrameParams; Querystring: { plain?: boolean } }>(
    '/api/frames/:topic/:partition/:offset.jpg',
    { schema: { params: frameParams, querystring: { type: 'object', properties: { plain: { type: 'boolean' } } } } },
    async ({ params, query: { plain = false } }, reply) => {
      const { topic, partition, offset } = params;
      const picture = await framePicture(surroundings, { topic, partition, offset }, plain);
      return reply.type('image/jpeg').send(picture);
    },
  );
  server.post('/api/labels', async ({ body }, reply) => reply.code(201).send({ written: await giveLabels(surroundings, body) }));
  server.get('/api/events', (_, reply) => {
    if (events.full) return reply.code(503).send({ error: { code: 'BUSY', message: 'too many pages listen already' } });
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    events.add(reply.raw);
  });
}
