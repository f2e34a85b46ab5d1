import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type App,
  type Appended,
  closeLanes,
  fileBlobs,
  ImageEvent,
  LocalLog,
  type LogRecord,
  PredictionEvent,
  readRecords,
  Runtime,
} from '../../src/index.js';
import score from '../../topologies/score.js';
import { badEvents, blobEvents, imageEvent, type TestFrame } from '../hostile/bad-events.js';
import { hostileCorpus } from '../image/hostile-corpus.js';

const sample = 'topologies/sample/junction/frames';
let folder: string;
let runtime: Runtime;
let app: App;
const sent = new Map<string, TestFrame>();
const predictions: PredictionEvent[] = [];
const deadLetters: LogRecord[] = [];

const place = ({ partition, offset }: Pick<Appended, 'partition' | 'offset'>): string => `${partition}@${offset}`;

function header({ headers }: LogRecord, name: string): string {
  return Buffer.from(headers.find(({ key }) => key === `__connect.errors.${name}`)!.value ?? []).toString();
}

function placeOf(letter: LogRecord): string {
  return `${header(letter, 'partition')}@${header(letter, 'offset')}`;
}

/** A good frame after every bad one. */
async function frames(): Promise<TestFrame[]> {
  const { registry } = runtime;
  const serde = ImageEvent.bind({ topic: 'camera-frames', side: 'value', registry });
  const frame = async (name: string, bytes: Buffer, expected: TestFrame['expected']): Promise<TestFrame> => ({
    name,
    key: Buffer.from(`camera-${name.length}`),
    value: Buffer.from((await serde.serialize(imageEvent({ bytes })))!),
    expected,
  });
  const files = (await readdir(sample)).sort();
  const jpegs = await Promise.all(files.slice(0, 20).map((file) => readFile(path.join(sample, file))));
  const bad: TestFrame[] = [...(await badEvents(registry, jpegs[0]!)), ...(await blobEvents(registry, folder, jpegs[0]!))];
  for (const { name, bytes, expected } of await hostileCorpus()) {
    const fate = { decoded: 'predicted', either: 'either' } as const;
    bad.push(await frame(name, bytes, expected === 'decoded' || expected === 'either' ? fate[expected] : 'dead'));
  }
  const mixed: TestFrame[] = [];
  for (const [index, record] of bad.entries()) {
    mixed.push(record, await frame(`a good frame after ${record.name}`, jpegs[index % jpegs.length]!, 'predicted'));
  }
  return mixed;
}

async function settle(): Promise<void> {
  const failed = app.done.then(() => Promise.reject(new Error('the app has stopped')));
  while (!(await Promise.race([app.idle(), failed]))) await pause(20);
}

async function send(records: readonly TestFrame[]): Promise<void> {
  const appended = await runtime.log.append(
    records.map(({ key, value }) => ({ topic: 'camera-frames', key, value, timestamp: Date.now() })),
  );
  appended.forEach((at, index) => sent.set(place(at), records[index]!));
}

async function readBack(): Promise<void> {
  const { log, registry } = runtime;
  const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry });
  predictions.length = deadLetters.length = 0;
  for await (const { value } of readRecords(log, 'predictions')) predictions.push(await serde.deserialize(value));
  for await (const record of readRecords(log, 'score-dead-letter')) deadLetters.push(record);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'headwater-hostile-'));
  runtime = await Runtime.open({ log: LocalLog.open(path.join(folder, 'log')) });
  app = await runtime.run(score, { blobs: fileBlobs(pathToFileURL(path.join(folder, 'blobs'))) });
  await send(await frames());
  await settle();
  await readBack();
});

afterAll(async () => {
  await app.stop();
  await runtime.close();
  await runtime.log.close();
  await closeLanes();
  await rm(folder, { recursive: true });
});

describe('whatever arrives among good frames', () => {
  it('is a corpus of more than sixty bad records', () => {
    const bad = [...sent.values()].filter(({ expected }) => expected === 'dead');
    expect(bad.length).toBeGreaterThan(60);
    expect(sent.size).toBeGreaterThan(2 * bad.length);
  });

  it('is predicted once or dead-lettered once, and nothing is both', () => {
    const outcomes = [...predictions.map(({ frame }) => place(frame)), ...deadLetters.map(placeOf)];
    expect(outcomes.toSorted()).toEqual([...sent.keys()].toSorted());
  });

  it('is predicted where it is good', () => {
    const predicted = new Set(predictions.map(({ frame }) => place(frame)));
    const missing = [...sent].filter(([at, { expected }]) => expected === 'predicted' && !predicted.has(at));
    expect(missing.map(([, { name }]) => name)).toEqual([]);
  });

  it('is dead-lettered where it is bad, bytes and reason with it', () => {
    const letters = new Map(deadLetters.map((letter) => [placeOf(letter), letter]));
    for (const [at, { name, key, value, expected, reason }] of sent) {
      if (expected !== 'dead') continue;
      const letter = letters.get(at);
      expect(letter, name).toBeDefined();
      expect(letter!.key && Buffer.from(letter!.key), name).toEqual(key);
      expect(letter!.value && Buffer.from(letter!.value).equals(value!), name).toBe(value && true);
      expect(header(letter!, 'topic'), name).toBe('camera-frames');
      expect(header(letter!, 'exception.class.name'), name).toBe('HeadwaterError');
      expect(header(letter!, 'exception.message'), name).toMatch(reason ?? /picture/);
    }
  });

  it('leaves the process alive: the next frame is predicted', async () => {
    const { key, value } = [...sent.values()].find(({ name }) => name.startsWith('a good frame'))!;
    await send([{ name: 'the frame after it all', key, value, expected: 'predicted' }]);
    await settle();
    const before = predictions.length;
    await readBack();
    expect(predictions.length).toBe(before + 1);
    expect(app.metrics.retries).toBe(0);
  });
});
