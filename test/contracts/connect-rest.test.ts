import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OpenApiAnswers } from './openapi-answers.js';
import { loadConnectors, restServer, startConnectWorker, type ConnectWorker } from '../../src/connect/index.js';
import { MemoryLog } from '../../src/log/memory-log.js';

interface Exchange {
  readonly n: number;
  readonly step: string;
  readonly racy?: boolean;
  readonly request: { method: 'GET' | 'OPTIONS'; path: string; headers?: Record<string, string>; body?: unknown };
  readonly response: { status: number; headers: Record<string, string>; body: unknown };
}

const exchanges = readFileSync(new URL('../fixtures/connect/contract-4.3.1.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

/** Messages that are the text of Jackson, Jetty or a Java exception, or show a HashMap in its own order: only status and form are compared. */
const javaTexts = new Set([13, 21, 22, 24, 25, 26, 39, 42, 43, 44, 45, 49, 94, 95, 131, 132, 171, 172, 174]);

/** Where ours answers differently on purpose; connectors/README.md says why. */
const differences = new Map<number, string>([
  [6, 'a status is there as soon as the connector is, or not yet: a race in both'],
  [13, 'the refusal of an encoded slash is JSON, not HTML'],
  [14, 'the refusal of an encoded slash is JSON, not empty'],
  [108, 'the list is empty right after its reset'],
  [156, 'the task has failed again by then, or not yet: a race in both'],
  [181, 'scope=cluster has taken effect here already, so nothing changes'],
]);

const IGNORED_KEYS = new Set(['worker_id', 'version', 'commit', 'kafka_cluster_id', 'last_modified', 'trace', 'documentation']);

let log: MemoryLog;
let worker: ConnectWorker;
let server: FastifyInstance;
let folder: string;
let described: OpenApiAnswers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-connect-'));
  await writeFile(join(folder, 'in.txt'), 'one\ntwo\nthree\n');
  log = new MemoryLog();
  await log.createTopics([
    { name: 'cc-lines', partitions: 2 },
    { name: 'cc-bad', partitions: 1 },
  ]);
  await log.append([{ topic: 'cc-bad', key: null, value: Buffer.from('no envelope') }]);
  worker = await startConnectWorker({
    log,
    connectors: await loadConnectors(),
    id: '127.0.0.1:8083',
    properties: { 'offset.flush.interval.ms': '100' },
  });
  server = restServer({ herder: worker.herder });
  described = new OpenApiAnswers((await server.inject({ url: '/openapi.json' })).json());
});

afterAll(async () => {
  await worker.stop();
  await log.close();
  await rm(folder, { recursive: true });
});

/** Waits until every connector and task is in the state that was asked for, as the recording driver did between steps. */
async function settle(): Promise<void> {
  await worker.settled();
  for (let tries = 0; tries < 200; tries++) {
    const busy = worker.herder.names().filter((name) => {
      try {
        const { connector, tasks } = worker.herder.status(name);
        return ['RESTARTING', 'UNASSIGNED'].includes(connector.state) || tasks.length !== worker.herder.tasks(name).length;
      } catch {
        return true;
      }
    });
    if (busy.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The same, whatever the order of lists of names, and without what cannot be equal. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value.replaceAll(folder, '$DIR') : value;
  const entries = Object.entries(value).filter(([key]) => !IGNORED_KEYS.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, comparable(entry)]));
}

function expectAnswer({ n, response }: Exchange, body: unknown): void {
  const theirs = response.body;
  if (javaTexts.has(n)) expect(body).toEqual({ error_code: response.status, message: expect.any(String) as string });
  else if (n === 175 || n === 185) expect(Object.values(body as object)).toContainEqual({ level: 'INFO', last_modified: null });
  else if (n === 110 || n === 137) expect(comparable(withoutOffsets(body))).toEqual(comparable(withoutOffsets(theirs)));
  else if (n === 159 || n === 160) expect(comparable(body)).toEqual(expect.arrayContaining(comparable(theirs) as unknown[]));
  else if (isInfos(theirs) && isInfos(body)) expectInfos(theirs, body);
  else expect(comparable(body)).toEqual(comparable(theirs));
}

/** Connect's own default texts hold lists of their classes: offered classes must all be offered by ours too. */
function expectInfos(theirs: Infos, ours: Infos): void {
  expect({ ...ours, configs: ours.configs.map(({ definition }) => definition.name).sort() }).toEqual({
    ...theirs,
    configs: theirs.configs.map(({ definition }) => definition.name).sort(),
  });
  for (const { definition, value } of theirs.configs) {
    const own = ours.configs.find((each) => each.definition.name === definition.name)!;
    expect(comparable(own.definition)).toEqual(comparable(definition));
    expect(comparable({ ...own.value, recommended_values: [] })).toEqual(comparable({ ...value, recommended_values: [] }));
    expect(own.value.recommended_values).toEqual(expect.arrayContaining(value.recommended_values));
  }
}

interface Infos {
  readonly configs: readonly { definition: { name: string }; value: { recommended_values: string[] } }[];
}
function isInfos(body: unknown): body is Infos {
  return typeof body === 'object' && body !== null && 'configs' in body && 'error_count' in body;
}

/** Which partition a line without a key goes to is the producer's affair. */
function withoutOffsets(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replace(/"kafka_offset":\d+/g, '"kafka_offset":0'));
}

async function ask({ request }: Exchange): Promise<LightMyRequestResponse> {
  const sent = typeof request.body === 'string' ? request.body : request.body === undefined ? undefined : JSON.stringify(request.body);
  return server.inject({
    method: request.method,
    url: request.path,
    headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers },
    ...(sent === undefined ? {} : { payload: sent.replaceAll('$DIR', folder) }),
  });
}

/** The OpenAPI document says what the body is like. */
function expectDescribed({ request }: Exchange, status: number, body: unknown): void {
  expect(described.problems(request.method, request.path, status, body)).toEqual([]);
}

/** The recorded answers leave the texts of `documentation` out. */
function withDocumentation(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll('"display_name":', '"documentation":"","display_name":'));
}

function bodyOf({ headers, body }: LightMyRequestResponse): unknown {
  return body !== '' && String(headers['content-type']).startsWith('application/json') ? JSON.parse(body) : body;
}

function expectResponse(exchange: Exchange, answer: LightMyRequestResponse): void {
  const { request, response } = exchange;
  expect(answer.statusCode, answer.body).toBe(response.status);
  const type = response.headers['content-type']?.split(';')[0];
  if (type !== undefined) expect(answer.headers['content-type']).toContain(type);
  if (response.headers.location)
    expect(new URL(String(answer.headers.location)).pathname).toBe(new URL(response.headers.location).pathname);
  const isJson = typeof response.body === 'object' && response.body !== null;
  if (isJson) expectAnswer(exchange, JSON.parse(answer.body));
  else if (request.method === 'OPTIONS') expect(answer.body.split(', ').sort()).toEqual(String(response.body).split(', ').sort());
  else expect(answer.body).toBe(response.body);
}

describe('the REST interface against 202 exchanges with Kafka Connect 4.3.1', () => {
  for (const exchange of exchanges) {
    const { n, step, request, racy = false } = exchange;
    it(`${n}: ${request.method} ${request.path} (${step})`, async () => {
      const answer = await ask(exchange);
      if (request.method !== 'GET') await settle();
      if (![13, 14].includes(n)) expectDescribed(exchange, exchange.response.status, withDocumentation(exchange.response.body));
      expectDescribed(exchange, answer.statusCode, bodyOf(answer));
      if (racy || differences.has(n)) return;
      // states follow a change a little later: a question is asked again, a command is not
      if (request.method === 'GET')
        await vi.waitFor(async () => expectResponse(exchange, await ask(exchange)), { timeout: 5000, interval: 20 });
      else expectResponse(exchange, answer);
    });
  }
});
