import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newConnectWorker, restServer, startConnectWorker, type ConnectWorker } from '../../src/connect/index.js';
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
    const users = new Map([
      ['ann', 'pw'],
      ['ben', 'p:w'],
    ]);
    const server = restServer({ herder: worker.herder, users });
    const status = async (authorization?: string) =>
      (await server.inject({ url: '/connectors', headers: authorization === undefined ? {} : { authorization } })).statusCode;
    const basic = (text: string, scheme = 'Basic') => `${scheme} ${Buffer.from(text).toString('base64')}`;
    expect((await server.inject({ url: '/connectors' })).headers['www-authenticate']).toContain('Basic');
    for (const wrong of [undefined, 'Basic', basic('ann'), basic('ann:pw '), basic('ann:p:w'), basic('ann:pw', 'Bearer')])
      expect(await status(wrong)).toBe(401);
    for (const right of [basic('ann:pw'), basic('ben:p:w'), basic('ann:pw', 'basic')]) expect(await status(right)).toBe(200);
  });

  it('says that the worker starts, and keeps other requests until it has', async () => {
    const starting = newConnectWorker({ log, connectors: [], properties: { 'group.id': 'other' } });
    let begin: (started: Promise<void>) => void = () => undefined;
    const started = new Promise<void>((resolve) => (begin = resolve));
    const server = restServer({ herder: starting.herder, health: () => starting.health(), started });
    const health = async () => {
      const answer = await server.inject({ url: '/health' });
      return [answer.statusCode, answer.json<{ status: string }>().status];
    };
    expect(await health()).toEqual([503, 'starting']);
    const names = server.inject({ url: '/connectors' });
    begin(starting.start());
    expect((await names).json()).toEqual([]);
    expect(await health()).toEqual([200, 'healthy']);
    await starting.stop();
  });

  it('describes every operation in an OpenAPI document', async () => {
    const server = restServer({ herder: worker.herder });
    const { openapi, paths } = (await server.inject({ url: '/openapi.json' })).json<{ openapi: string; paths: Record<string, object> }>();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths['/connectors/{name}/offsets']!)).toEqual(['get', 'patch', 'delete']);
    const { post } = paths['/connectors/{name}/restart'] as { post: { parameters: { name: string; in: string }[] } };
    expect(post.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
      'path name',
      'query includeTasks',
      'query onlyFailed',
    ]);
    const { put } = paths['/connectors/{name}/config'] as { put: { responses: Record<string, unknown> } };
    const connector = { 'application/json': { schema: { $ref: '#/components/schemas/Connector' } } };
    expect(put.responses).toMatchObject({ 200: { content: connector }, 201: { content: connector }, default: {} });
  });

  it('gives the embedded log as the cluster', async () => {
    const answer = await restServer({ herder: worker.herder }).inject({ url: '/' });
    expect(answer.json<{ kafka_cluster_id: string }>().kafka_cluster_id).toBe(await log.id());
  });
});
