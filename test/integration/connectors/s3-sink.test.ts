import { setTimeout as pause } from 'node:timers/promises';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SinkRecord, type SinkTask, type SinkTaskContext } from '../../../src/index.js';
import { checkSink } from '../../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../../src/testing/check-connector/connector-rig.js';
import { s3Sink } from '../../../connectors/s3/s3-sink.js';
import { FaultyHttp } from './faulty-http.js';
import { hasS3, S3Server } from './s3-server.js';

const JSON_PLAIN = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };
const BYTES = { 'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter' };
const counted = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ n: from + n }));
const wanted = (to: number): number[] => Array.from({ length: to }, (_, n) => n);
const offset = (n: number): string => String(n).padStart(20, '0');

describe.skipIf(!hasS3)('with an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(() => server.remove());

  const place = (more: Record<string, string> = {}, url?: string): Record<string, string> => ({
    ...server.place(url),
    'roll.records': '7',
    'roll.ms': '50',
    ...more,
  });
  const numbers = async ({ prefix }: Readonly<Record<string, string>>): Promise<number[]> => {
    const objects = await Promise.all((await server.keys(prefix!)).map((key) => server.get(key)));
    const lines = objects.flatMap(({ bytes }) => bytes.toString().split('\n').filter(Boolean));
    return lines.map((line) => (JSON.parse(line) as { n: number }).n);
  };
  const task = async (properties: Record<string, string>): Promise<SinkTask> => {
    const made = s3Sink.task();
    const context = { signal: new AbortController().signal } as Partial<SinkTaskContext> as SinkTaskContext;
    await made.start(properties, context);
    return made;
  };
  const record = (number: number, value: unknown): SinkRecord => ({
    ...{ topic: 't', partition: 0, offset: number, timestamp: 0, keySchema: null, key: null, valueSchema: null, value, headers: [] },
    ...{ originalTopic: 't', originalPartition: 0, originalOffset: number },
  });

  checkSink(
    'S3Sink',
    s3Sink,
    { delivery: 'exactly-once', properties: () => Promise.resolve(place()), delivered: numbers },
    { describe, it },
  );

  it('names objects by the offset that they begin at', async () => {
    const properties = place({ 'roll.records': '2', 'roll.ms': '60000' });
    const sink = await task(properties);
    await sink.put([0, 1, 2, 3, 4].map((n) => record(n, { n })));
    expect(await server.keys(properties.prefix!)).toEqual([0, 2].map((n) => `${properties.prefix}t/0/${offset(n)}.jsonl`));
    expect(sink.preCommit!([{ topic: 't', partition: 0, offset: 5 }])).toEqual([{ topic: 't', partition: 0, offset: 4 }]);
  });

  it('writes CSV and Parquet', async () => {
    const [csv, parquet] = [place({ format: 'csv' }), place({ format: 'parquet' })];
    for (const properties of [csv, parquet]) await (await task(properties)).put(wanted(7).map((n) => record(n, { n, name: `a,${n}` })));
    const [csvObject, parquetObject] = await Promise.all(
      [csv, parquet].map(async ({ prefix }) => server.get((await server.keys(prefix!))[0]!)),
    );
    expect(csvObject!.bytes.toString().split('\r\n').slice(0, 2)).toEqual(['n,name', '0,"a,0"']);
    const { buffer, byteOffset, length } = parquetObject!.bytes;
    const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
    expect((await parquetReadObjects({ file })).slice(0, 2)).toEqual([
      { n: 0n, name: 'a,0' },
      { n: 1n, name: 'a,1' },
    ]);
  });

  it('goes on after the newest of many objects, and after what another owner of the partition has stored', async () => {
    const properties = place({ 'roll.records': '1' });
    const first = await task(properties);
    const second = await task({ ...properties, 'roll.records': '3' });
    await second.put([record(0, { n: 0 })]);
    await first.put([0, 1].map((n) => record(n, { n })));
    await second.put([1, 2, 3, 4].map((n) => record(n, { n })));
    await first.put([2, 3, 4, 5, 6].map((n) => record(n, { n })));
    for (let n = 7; n < 23; n++) await first.put([record(n, { n })]);
    await (await task(properties)).put(wanted(24).map((n) => record(n, { n })));
    expect(await numbers(properties)).toEqual(wanted(24));
  });

  it('stores pictures as they are, each under its offset', async () => {
    const properties = place({ format: 'image' });
    const event = {
      camera: 'Tür',
      capturedAt: new Date(5),
      encoding: 'image/jpeg',
      width: 0,
      height: 0,
      bytes: Buffer.of(1, 2),
      uri: null,
    };
    await (await task(properties)).put([record(3, event), record(4, Buffer.of(3))]);
    const keys = [`${properties.prefix}t/0/${offset(3)}.jpg`, `${properties.prefix}t/0/${offset(4)}.bin`];
    expect(await server.keys(properties.prefix!)).toEqual(keys);
    const stored = await server.get(keys[0]!);
    expect([...stored.bytes]).toEqual([1, 2]);
    expect(stored.type).toBe('image/jpeg');
    expect(stored.metadata).toEqual({ camera: 'T%C3%BCr', capturedat: '5' });
  });

  it('reports a record without a picture', async () => {
    const properties = place({ format: 'image' });
    const tolerant = { 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dead' };
    const rig = new ConnectorRig(s3Sink, { ...JSON_PLAIN, ...properties, ...tolerant });
    await rig.start();
    await rig.append([{ n: 0 }]);
    expect(await untilLength(() => rig.records('dead'), 1)).toHaveLength(1);
    await rig.close();
  });

  /** Waits until all numbers are there, then for what may come twice. */
  async function settled(read: () => Promise<number[]>, length: number): Promise<number[]> {
    const deadline = Date.now() + 90_000;
    while (new Set(await read()).size < length && Date.now() < deadline) await pause(100);
    await pause(500);
    return read();
  }

  it.each(['jsonl', 'image'])('loses and repeats nothing (%s) while the server is away, slow, and answers errors', async (format) => {
    const proxy = await FaultyHttp.start(server.port, 5);
    const properties = place({ format, 'timeout.ms': '5000' }, proxy.url);
    const rig = new ConnectorRig(s3Sink, { ...(format === 'image' ? BYTES : JSON_PLAIN), ...properties });
    await rig.start();
    proxy.faults = { refused: 0.2, lost: 0.2, delayMs: 20 };
    for (let sent = 0; sent < 400; sent += 20) {
      await rig.append(counted(sent, sent + 20));
      if (sent === 100) await server.kill();
      if (sent === 200) await server.start();
      if (sent % 100 === 60) {
        await rig.stop();
        await rig.start();
      }
      await pause(100);
    }
    expect(await settled(() => numbers(properties), 400)).toEqual(wanted(400));
    expect(proxy.errors).toBeGreaterThan(10);
    expect(rig.taskState()).toBe('RUNNING');
    await rig.close();
    await proxy.stop();
  });

  it('fails where the bucket is not there, and says no secret', async () => {
    const rig = new ConnectorRig(s3Sink, { ...JSON_PLAIN, ...place(), bucket: 'nowhere' });
    await rig.start();
    await rig.append(counted(0, 1));
    await untilLength(() => Promise.resolve([rig.taskState()].filter((state) => state === 'FAILED')), 1);
    const { trace } = rig.worker.herder.taskStatus('check', 0);
    expect(trace).toContain('nowhere');
    expect(trace).not.toContain('very-secret');
    await rig.close();
  });
});
