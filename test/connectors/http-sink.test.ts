import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSink } from '../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../src/testing/check-connector/connector-rig.js';
import { httpSink } from '../../connectors/http-sink.js';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
let server: Server;
let base = '';
let places = 0;
const received: Received[] = [];
/** What the server answers to the next requests of a path; 200 once it is empty. */
const answers = new Map<string, number[]>();

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      const status = answers.get(path)?.shift() ?? 200;
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, status === 429 ? { 'retry-after': '0.05' } : {}).end();
      if (status === 200) received.push({ path, headers: request.headers, body });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const at = (path: string): Received[] => received.filter((request) => request.path === path);
const numbers = (path: string): number[] =>
  at(path).flatMap(({ body }) => (JSON.parse(body) as { value: { n: number } }[]).map(({ value }) => value.n));
const JSON_PLAIN = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };

checkSink(
  'HttpSink',
  httpSink,
  {
    delivery: 'at-least-once',
    properties: () => Promise.resolve({ url: `${base}/${++places}`, 'batch.size': '8' }),
    delivered: ({ url }) => Promise.resolve(numbers(new URL(url!).pathname)),
  },
  { describe, it },
);

async function deliver(
  path: string,
  properties: Record<string, string>,
  count: number,
  work: (rig: ConnectorRig) => Promise<void>,
): Promise<void> {
  const rig = new ConnectorRig(httpSink, { url: base + path, ...JSON_PLAIN, ...properties });
  await rig.start();
  await rig.append(Array.from({ length: count }, (_, n) => ({ n })));
  await work(rig);
  await rig.close();
}

describe('the http sink', () => {
  it('loses and repeats nothing while the server breaks off, is busy and fails', async () => {
    answers.set('/faulty', [0, 503, 200, 429, 500, 200, 0, 200]);
    await deliver('/faulty', {}, 5, async () => {
      await untilLength(() => Promise.resolve(numbers('/faulty')), 5);
    });
    expect(numbers('/faulty')).toEqual([0, 1, 2, 3, 4]);
  });

  it('names each record for the server to know again, and signs it', async () => {
    await deliver('/signed', { 'signature.secret': 'hush' }, 1, async () => {
      await untilLength(() => Promise.resolve(at('/signed')), 1);
    });
    const [{ headers, body }] = at('/signed') as [Received];
    expect(headers['idempotency-key']).toBe('check-0-0-check-0-0');
    expect(headers['x-headwater-signature']).toBe(`sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`);
  });

  it('reports what the server refuses to the dead-letter topic and goes on', async () => {
    answers.set('/refusing', [422]);
    const tolerant = { 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dead' };
    await deliver('/refusing', tolerant, 2, async (rig) => {
      await untilLength(() => Promise.resolve(at('/refusing')), 1);
      expect(await rig.records('dead')).toHaveLength(1);
    });
    expect(numbers('/refusing')).toEqual([1]);
  });
});
