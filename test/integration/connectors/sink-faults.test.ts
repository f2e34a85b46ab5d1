import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { fileSink } from '../../../connectors/file-sink/file-sink.js';
import { httpSink } from '../../../connectors/http-sink.js';
import { mqttSink } from '../../../connectors/mqtt/mqtt-sink.js';
import { postgresSink } from '../../../connectors/postgres-sink/postgres-sink.js';
import { s3Sink } from '../../../connectors/s3/s3-sink.js';
import { ConnectorRig } from '../../../src/testing/check-connector/connector-rig.js';
import { FaultyHttp } from './faulty-http.js';
import { FlakyProxy } from './flaky-proxy.js';
import { hasMosquitto, Mosquitto } from './mosquitto.js';
import { Subscriber } from './mqtt-client.js';
import { hasPostgres, PostgresCluster } from './postgres-cluster.js';
import { hasS3, S3Server } from './s3-server.js';

/** How long a server stays away, in seconds; the goal is 60. */
const OUTAGE_MS = Number(process.env.HEADWATER_OUTAGE_S ?? 5) * 1000;
const WAIT_MS = 120_000;
const TEST_MS = 2 * OUTAGE_MS + WAIT_MS + 60_000;
const RECORDS = 600;
const PAYLOAD = 'x'.repeat(50_000);
const MOST_GROWTH = 16 * 2 ** 20;
const JSON_PLAIN = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };
const wanted = Array.from({ length: RECORDS }, (_, n) => n);
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are in use, on the heap and beside it. */
function used(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** All records are on the log from the start, so that what grows is the sink's. */
async function startedWith(rig: ConnectorRig): Promise<void> {
  await rig.log.createTopics([{ name: 'check', partitions: 1 }]);
  for (let n = 0; n < RECORDS; n += 50) await rig.append(Array.from({ length: 50 }, (_, i) => ({ n: n + i, payload: PAYLOAD })));
  await rig.start();
}

/** Waits through an outage; gives by how much memory grew in it. */
async function outage(): Promise<number> {
  await pause(1000);
  const before = used();
  let most = before;
  for (const end = Date.now() + OUTAGE_MS; Date.now() < end; most = Math.max(most, used())) await pause(500);
  return most - before;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
    if (await condition()) return;
    await pause(100);
  }
  throw new Error(`not within ${WAIT_MS} ms`);
}

describe('a sink whose counterpart is away, slow, or answers errors', () => {
  it(
    'http: loses nothing, and what it repeats has the idempotency key that it had',
    async () => {
      const bodies = new Map<string, Set<string>>();
      let received = 0;
      const server = createServer((request, answer) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const key = String(request.headers['idempotency-key']);
          bodies.set(key, (bodies.get(key) ?? new Set()).add(Buffer.concat(chunks).toString()));
          received++;
          answer.end();
        });
      });
      const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      await listen(0);
      const { port } = server.address() as AddressInfo;
      const proxy = await FaultyHttp.start(port, 11);
      proxy.faults = { refused: 0.2, lost: 0.2, delayMs: 50 };
      const rig = new ConnectorRig(httpSink, { ...JSON_PLAIN, url: proxy.url, 'batch.size': '10' });
      await startedWith(rig);
      await until(() => Promise.resolve(received >= 5));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      expect(await outage()).toBeLessThan(MOST_GROWTH);
      await listen(port);
      const numbers = (): number[] =>
        [...bodies.values()].flatMap(([body]) => (JSON.parse(body!) as { value: { n: number } }[]).map(({ value }) => value.n));
      await until(() => Promise.resolve(new Set(numbers()).size === RECORDS));
      expect(sorted(numbers())).toEqual(wanted);
      expect([...bodies.values()].filter((contents) => contents.size > 1)).toEqual([]);
      expect(received).toBeGreaterThan(bodies.size);
      expect(rig.taskState()).toBe('RUNNING');
      await rig.close();
      await proxy.stop();
      server.closeAllConnections();
      server.close();
    },
    TEST_MS,
  );

  it.skipIf(!hasPostgres)(
    'postgres: loses and repeats nothing',
    async () => {
      const cluster = await PostgresCluster.create();
      const proxy = await FlakyProxy.start(cluster.port, 12);
      proxy.flakiness = { cutAfterMs: 6000, delayMs: 1 };
      const client = async (): Promise<number[]> => {
        const connection = new pg.Client({ connectionString: cluster.url });
        connection.on('error', () => undefined);
        try {
          await connection.connect();
          return (await connection.query<{ n: number }>('SELECT n FROM check_rows')).rows.map(({ n }) => n);
        } catch {
          return [];
        } finally {
          await connection.end().catch(() => undefined);
        }
      };
      const url = cluster.url.replace(`:${cluster.port}/`, `:${proxy.port}/`);
      const rig = new ConnectorRig(postgresSink, { ...JSON_PLAIN, 'connection.url': url, 'table.name.format': 'check_rows' });
      await startedWith(rig);
      await pause(300);
      proxy.cut();
      await pause(300);
      cluster.stop('immediate');
      expect(await outage()).toBeLessThan(MOST_GROWTH);
      cluster.start();
      const cuts = proxy.cuts;
      await until(async () => rig.taskState() === 'FAILED' || new Set(await client()).size === RECORDS);
      expect(rig.taskState()).toBe('RUNNING');
      expect(sorted(await client())).toEqual(wanted);
      expect(cuts).toBeGreaterThan(0);
      await rig.close();
      await proxy.stop();
      await cluster.remove();
    },
    TEST_MS,
  );

  it.skipIf(!hasS3)(
    's3: loses and repeats nothing',
    async () => {
      const server = await S3Server.start();
      const proxy = await FaultyHttp.start(server.port, 13);
      proxy.faults = { refused: 0.2, lost: 0.2, delayMs: 20 };
      const place = server.place(proxy.url);
      const rig = new ConnectorRig(s3Sink, { ...JSON_PLAIN, ...place, 'roll.records': '10', 'roll.ms': '100', 'timeout.ms': '5000' });
      const objects = (): Promise<string[]> => server.keys(place.prefix!);
      await startedWith(rig);
      await until(async () => (await objects()).length >= 5);
      await server.kill();
      expect(await outage()).toBeLessThan(MOST_GROWTH);
      await server.start();
      const numbers = async (): Promise<number[]> => {
        const texts = await Promise.all((await objects()).map(async (key) => (await server.get(key)).bytes.toString()));
        return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => (JSON.parse(line) as { n: number }).n);
      };
      await until(async () => (await numbers()).length >= RECORDS);
      await pause(500);
      expect(sorted(await numbers())).toEqual(wanted);
      expect(proxy.errors).toBeGreaterThan(10);
      expect(rig.taskState()).toBe('RUNNING');
      await rig.close();
      await proxy.stop();
      await server.remove();
    },
    TEST_MS,
  );

  it.skipIf(!hasMosquitto)(
    'mqtt: loses nothing, and what it repeats has the id that it had',
    async () => {
      const broker = await Mosquitto.start();
      const proxy = await FlakyProxy.start(broker.port, 14);
      proxy.flakiness = { cutAfterMs: 3000, delayMs: 2 };
      const subscriber = await Subscriber.start(broker.url, 'check', 'all');
      const properties = { url: `mqtt://127.0.0.1:${proxy.port}`, 'client.id': 'sink', 'mqtt.topic': 'check' };
      const rig = new ConnectorRig(mqttSink, { ...JSON_PLAIN, ...properties });
      await startedWith(rig);
      await until(() => Promise.resolve(subscriber.heard.length > 20));
      await broker.stop();
      expect(await outage()).toBeLessThan(MOST_GROWTH);
      await broker.start();
      const byId = (): Map<string, number> =>
        new Map(subscriber.heard.map(({ id, payload }) => [id, (JSON.parse(payload) as { n: number }).n]));
      await until(() => Promise.resolve(byId().size === RECORDS));
      expect(sorted([...byId().values()])).toEqual(wanted);
      expect(rig.taskState()).toBe('RUNNING');
      await rig.close();
      await subscriber.end();
      await proxy.stop();
      await broker.remove();
    },
    TEST_MS,
  );

  it(
    'file: fails while its folder is away, then loses and repeats nothing',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'headwater-file-faults-'));
      const [directory, away] = [join(folder, 'here'), join(folder, 'away')];
      const rig = new ConnectorRig(fileSink, { ...JSON_PLAIN, directory, 'roll.records': '40', 'roll.ms': '100' });
      await startedWith(rig);
      const numbers = async (): Promise<number[]> => {
        const names = (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith('.'));
        const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
        return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => (JSON.parse(line) as { n: number }).n);
      };
      await until(async () => (await numbers()).length > 0);
      await rename(directory, away);
      await rig.append(Array.from({ length: 50 }, (_, i) => ({ n: RECORDS + i })));
      await until(() => Promise.resolve(rig.taskState() === 'FAILED'));
      expect(await outage()).toBeLessThan(MOST_GROWTH);
      await rename(away, directory);
      await rig.worker.herder.restart({ connector: 'check', includeTasks: true, onlyFailed: true });
      await until(async () => (await numbers()).length >= RECORDS + 50);
      await pause(500);
      expect(sorted(await numbers())).toEqual(Array.from({ length: RECORDS + 50 }, (_, n) => n));
      await rig.close();
      await rm(folder, { recursive: true });
    },
    TEST_MS,
  );
});
