import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restServer, startConnectWorker, type ConnectWorker } from '../../src/connect/index.js';
import { MemoryLog } from '../../src/log/memory-log.js';

let log: MemoryLog;
let worker: ConnectWorker;
beforeEach(async () => {
  log = new MemoryLog();
  worker = await startConnectWorker({ log, connectors: [] });
});
afterEach(async () => {
  await worker.stop();
  await log.close();
});

describe('the REST server', () => {
  it('asks for a user and a password where they are set', async () => {
    const server = restServer({ herder: worker.herder, auth: { user: 'ann', password: 'pw' } });
    const refused = await server.inject({ url: '/connectors' });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Basic');
    const authorization = `Basic ${Buffer.from('ann:pw').toString('base64')}`;
    expect((await server.inject({ url: '/connectors', headers: { authorization } })).json()).toEqual([]);
  });

  it('says how the worker is', async () => {
    const server = restServer({ herder: worker.herder, health: () => 'starting' });
    const answer = await server.inject({ url: '/health' });
    expect([answer.statusCode, answer.json<{ status: string }>().status]).toEqual([503, 'starting']);
  });

  it('describes every operation in an OpenAPI document', async () => {
    const server = restServer({ herder: worker.herder });
    const { openapi, paths } = (await server.inject({ url: '/openapi.json' })).json<{ openapi: string; paths: Record<string, object> }>();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths['/connectors/{name}/offsets']!)).toEqual(['get', 'patch', 'delete']);
  });

  it('gives the embedded log as the cluster', async () => {
    const answer = await restServer({ herder: worker.herder }).inject({ url: '/' });
    expect(answer.json<{ kafka_cluster_id: string }>().kafka_cluster_id).toBe(await log.id());
  });
});
