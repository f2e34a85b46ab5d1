import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { s3Source } from '../../connectors/s3/s3-source.js';
import { type App, closeLanes, ImageEvent, isError, PredictionEvent, Runtime, s3Blobs } from '../../src/index.js';
import { ConnectorRig, untilLength } from '../../src/testing/check-connector/connector-rig.js';
import score from '../../topologies/score.js';
import { imageEvent } from '../hostile/bad-events.js';
import { FaultyHttp } from './connectors/faulty-http.js';
import { BUCKET, hasS3, S3Server } from './connectors/s3-server.js';

const sample = 'topologies/sample/junction/frames';
const PICTURES = 12;
const WAIT_MS = 120_000;

describe.skipIf(!hasS3)('pictures that lie in S3 beside the log', () => {
  let server: S3Server;
  let proxy: FaultyHttp;
  let rig: ConnectorRig;
  let runtime: Runtime;
  let app: App;
  const frames: Buffer[] = [];
  const before = { ...process.env };

  beforeAll(async () => {
    server = await S3Server.start();
    proxy = await FaultyHttp.start(server.port, 3);
    Object.assign(process.env, server.environment(proxy.url));
    const files = (await readdir(sample)).sort().slice(0, PICTURES);
    for (const file of files) {
      frames.push(await readFile(path.join(sample, file)));
      await server.put(`cameras/gate/${file}`, frames.at(-1)!);
    }
    rig = new ConnectorRig(s3Source, {
      ...server.properties(),
      prefix: 'cameras/',
      topic: 'camera-frames',
      'inline.max.bytes': '1000',
      'poll.ms': '50',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
    });
    await rig.start();
    await untilLength(() => rig.records('camera-frames'), PICTURES);
    await rig.stop();
    runtime = await Runtime.open({ log: rig.log });
    await server.kill();
    app = await runtime.run(score, { blobs: await s3Blobs(`s3://${BUCKET}/cameras/`) });
  });
  afterAll(async () => {
    await app.stop();
    await runtime.close();
    await closeLanes();
    await rig.close();
    await proxy.stop();
    await server.remove();
    for (const name of Object.keys(server.environment())) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  });

  const settle = async (): Promise<void> => {
    const deadline = Date.now() + WAIT_MS;
    while (!(await app.idle()) && Date.now() < deadline) await pause(50);
    expect(await app.idle()).toBe(true);
  };
  const predicted = async (): Promise<number[]> => {
    const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry: runtime.registry });
    const found: PredictionEvent[] = [];
    for (const { value } of await rig.records('predictions')) found.push(await serde.deserialize(value));
    return found.map(({ frame }) => frame.offset).sort((a, b) => a - b);
  };
  const reasons = async (): Promise<string[]> =>
    (await rig.records('score-dead-letter')).map(({ headers }) =>
      String(Buffer.from(headers.find(({ key }) => key === '__connect.errors.exception.message')?.value ?? [])),
    );

  it('wait while the store is away, and are each predicted once when it is back, slow and answering errors', async () => {
    await pause(2500);
    expect(await predicted()).toEqual([]);
    expect(await reasons()).toEqual([]);
    proxy.faults = { refused: 0.15, lost: 0.15, delayMs: 20 };
    await server.start();
    await settle();
    expect(await predicted()).toEqual(frames.map((_, n) => n));
    expect(await reasons()).toEqual([]);
    expect(proxy.errors).toBeGreaterThan(0);
  });

  it('are dead-lettered where another hash, another place or nothing is found; the frames between are predicted', async () => {
    proxy.faults = {};
    await server.put('elsewhere/gate/x.jpg', frames[0]!);
    await server.put('cameras/gate/x.jpg', frames[0]!);
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    const at = (uri: string, hash = sha256(frames[0]!)) => imageEvent({ uri, sha256: hash });
    const serde = ImageEvent.bind({ topic: 'camera-frames', side: 'value', registry: runtime.registry });
    const events = [
      at(`s3://${BUCKET}/cameras/gate/x.jpg`, sha256(frames[1]!)),
      at(`s3://${BUCKET}/cameras/gate/x.jpg`),
      at(`s3://${BUCKET}/elsewhere/gate/x.jpg`),
      at(`s3://${BUCKET}/cameras/../elsewhere/gate/x.jpg`),
      at(`s3://${BUCKET}/cameras/%2e%2e/elsewhere/gate/x.jpg`),
      at('s3://another/cameras/gate/x.jpg'),
      at(`s3://${BUCKET}/cameras/gate/missing.jpg`),
      at('file:///etc/passwd'),
      at(`s3://${BUCKET}/cameras/gate/x.jpg`),
    ];
    for (const event of events) {
      const value = await serde.serialize(event);
      await rig.log.append([{ topic: 'camera-frames', key: Buffer.from('gate'), value, timestamp: Date.now() }]);
    }
    await settle();
    expect((await predicted()).slice(PICTURES)).toEqual([PICTURES + 1, PICTURES + 8]);
    const patterns = [/SHA-256 is another/, /outside/, /only s3:/, /only s3:/, /outside/, /key does not exist/i, /only s3:/];
    const found = await reasons();
    expect(found).toHaveLength(patterns.length);
    for (const [index, pattern] of patterns.entries()) expect(found[index]).toMatch(pattern);
  });

  it('are refused at the start where the place is none', async () => {
    await expect(s3Blobs('s3:')).rejects.toSatisfy((thrown) => isError(thrown, 'HW_BLOB'));
  });
});
