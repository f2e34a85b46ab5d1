import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageEvent, LogRegistry } from '../../../src/index.js';
import { checkSource } from '../../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../../src/testing/check-connector/connector-rig.js';
import { s3Source } from '../../../connectors/s3/s3-source.js';
import { FaultyHttp } from './faulty-http.js';
import { BUCKET, hasS3, S3Server } from './s3-server.js';

const CONVERTERS = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'io.confluent.connect.avro.AvroConverter',
};

describe.skipIf(!hasS3)('with an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(() => server.remove());

  const place = (more: Record<string, string> = {}, url?: string): Record<string, string> => ({
    ...server.place(url),
    ...CONVERTERS,
    topic: 'check',
    'poll.ms': '20',
    ...more,
  });
  const key = (properties: Readonly<Record<string, string>>, n: number): string =>
    `${properties.prefix}gate/${String(n).padStart(6, '0')}.jpg`;
  const offer = async (properties: Readonly<Record<string, string>>, from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) await server.put(key(properties, n), `picture ${n}`, { capturedat: String(n) });
  };
  const events = async (rig: ConnectorRig): Promise<ImageEvent[]> => {
    const format = ImageEvent.bind({ topic: 'check', side: 'value', registry: new LogRegistry(rig.log) });
    return Promise.all((await rig.records('check')).map(async ({ value }) => format.deserialize(value)));
  };
  const numbers = async (rig: ConnectorRig): Promise<number[]> => (await rig.records('check')).map(({ timestamp }) => timestamp);
  const wanted = (to: number): number[] => Array.from({ length: to }, (_, n) => n);

  for (const order of ['key', 'any'])
    checkSource(
      `S3Source (${order})`,
      s3Source,
      { properties: () => Promise.resolve(place({ order })), offer, item: ({ timestamp }) => timestamp },
      { describe, it },
    );

  it('writes pictures as image events, large ones by URI and SHA-256, and leaves out what is no picture', async () => {
    const properties = place({ 'inline.max.bytes': '10' });
    const prefix = properties.prefix!;
    await server.put(`${prefix}Tor 1/a.png`, 'small');
    await server.put(`${prefix}Tor 1/b.jpg`, 'larger than ten', { camera: 'T%C3%BCr', capturedat: '1700000000123' });
    await server.put(`${prefix}notes.txt`, 'no picture');
    const rig = new ConnectorRig(s3Source, properties);
    await rig.start();
    await untilLength(() => rig.records('check'), 2);
    await pause(200);
    const [small, large, ...more] = await events(rig);
    expect(more).toEqual([]);
    expect(small).toMatchObject({ camera: 'Tor 1', encoding: 'image/png', uri: null, attributes: { 's3.key': `${prefix}Tor 1/a.png` } });
    expect(Buffer.from(small!.bytes!).toString()).toBe('small');
    const sha256 = createHash('sha256').update('larger than ten').digest('hex');
    const uri = `s3://${BUCKET}/${prefix}Tor%201/b.jpg`;
    expect(large).toMatchObject({ camera: 'Tür', capturedAt: 1700000000123, encoding: 'image/jpeg', bytes: null, uri, sha256 });
    await rig.close();
  });

  it('reads what has a smaller key than others, or new content, where any order is expected', async () => {
    const properties = place({ 'batch.objects': '3' });
    const rig = new ConnectorRig(s3Source, properties);
    await rig.start();
    await offer(properties, 10, 20);
    await untilLength(() => rig.records('check'), 10);
    await offer(properties, 0, 5);
    await server.put(key(properties, 12), 'another picture', { capturedat: '99' });
    await untilLength(() => rig.records('check'), 16);
    await rig.stop();
    await rig.start();
    await offer(properties, 5, 7);
    await untilLength(() => rig.records('check'), 18);
    await pause(200);
    expect((await numbers(rig)).sort((a, b) => a - b)).toEqual([...wanted(7), ...wanted(20).slice(10), 99]);
    await rig.close();
  });

  it('deletes what is on the log with its bytes, also where a worker ended before it could', async () => {
    const properties = place();
    await offer(properties, 0, 5);
    const rig = new ConnectorRig(s3Source, properties);
    await rig.start();
    await untilLength(() => rig.records('check'), 5);
    await rig.worker.herder.put('check', { ...properties, 'connector.class': 'S3Source', delete: 'true' });
    await offer(properties, 5, 10);
    await untilLength(() => rig.records('check'), 10);
    const deadline = Date.now() + 15_000;
    while ((await server.keys(properties.prefix!)).length > 0 && Date.now() < deadline) await pause(50);
    expect(await server.keys(properties.prefix!)).toEqual([]);
    expect(await numbers(rig)).toEqual(wanted(10));
    await rig.close();
  });

  it.each(['key', 'any'])('loses and repeats nothing (order %s) while the server is away, slow, and answers errors', async (order) => {
    const proxy = await FaultyHttp.start(server.port, 6);
    const properties = place({ order, 'timeout.ms': '5000' }, proxy.url);
    const rig = new ConnectorRig(s3Source, properties);
    await rig.start();
    proxy.faults = { refused: 0.05, lost: 0.05, delayMs: 10 };
    for (let sent = 0; sent < 200; sent += 20) {
      await offer(properties, sent, sent + 20);
      if (sent === 100) {
        await server.kill();
        await pause(1000);
        await server.start();
      }
      if (sent % 60 !== 20) continue;
      await rig.stop();
      await rig.start();
    }
    const deadline = Date.now() + 90_000;
    while ((await numbers(rig)).length < 200 && Date.now() < deadline) await pause(50);
    await pause(500);
    expect((await numbers(rig)).sort((a, b) => a - b)).toEqual(wanted(200));
    expect(proxy.errors).toBeGreaterThan(0);
    expect(rig.taskState()).toBe('RUNNING');
    await rig.close();
    await proxy.stop();
  });
});
