import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  backfill,
  FeatureEvent,
  Head,
  MemoryLog,
  ModelEvent,
  modelKey,
  MODELS_TOPIC,
  PredictionEvent,
  readRecords,
  Runtime,
  topicWriter,
  type App,
  type BackfillRequest,
  type ModelVersion,
} from 'headwater';
import predictTopology from '../../topologies/predict.js';
import { feature, featurizer, range } from './gate-camera.js';

let log: MemoryLog;
let runtime: Runtime;
let live: App;
beforeEach(async () => {
  log = new MemoryLog();
  runtime = await Runtime.open({ log });
});
afterEach(async () => {
  await live.stop();
  await runtime.close();
  await log.close();
});

/** Makes a version champion of the region; `tilt` makes versions differ. */
async function promote(tilt: number, scope = '@gate/left'): Promise<string> {
  const name = `occupied${scope}`;
  const coefficients = Float64Array.of(1, tilt, 0.5);
  const head = new Head({ name, labels: ['clear', 'occupied'], width: 3, coefficients, intercepts: Float64Array.of(tilt / 3) });
  const file = Buffer.from(head.encode()).toString('base64');
  const version = { kind: 'version', head: name, version: head.version, file, featurizer } as unknown as ModelVersion;
  const events: ModelEvent[] = [
    version,
    { kind: 'alias', head: name, alias: 'champion', version: head.version, reason: 'a test', since: 0 },
  ];
  const { registry } = runtime;
  const write = topicWriter({ log, registry, topic: MODELS_TOPIC, format: ModelEvent });
  await write(events.map((value) => ({ key: modelKey(value), value })));
  await until(() => runtime.modelRegistry.champions.get(name)?.version === head.version);
  return head.version;
}

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Writes features and waits until the live topology has predicted them. */
async function see(from: number, to: number, { region = 'left', by = featurizer } = {}): Promise<void> {
  const events = range(from, to)
    .map(feature)
    .map(({ value, timestamp }) => ({ key: `gate/${region}`, timestamp: timestamp!, value: { ...value, region, featurizer: by } }));
  await topicWriter({ log, registry: runtime.registry, topic: 'features', format: FeatureEvent })(events);
  await until(() => live.idle());
}

type Scored = Omit<PredictionEvent, 'predictedAt'>;

async function predictions(topic: string): Promise<Scored[]> {
  const serde = PredictionEvent.bind({ topic, side: 'value', registry: runtime.registry });
  const found: Scored[] = [];
  for await (const { value } of readRecords(log, topic)) {
    const { predictedAt, ...prediction } = await serde.deserialize(value);
    expect(predictedAt).toBeGreaterThan(0);
    found.push(prediction);
  }
  return found.sort((a, b) => a.capturedAt - b.capturedAt);
}
const backfilled = (): Promise<Scored[]> => predictions('predictions-backfill-occupied');
const times = (found: readonly Scored[]): number[] => found.map(({ capturedAt }) => capturedAt);
const ask = (request: Partial<BackfillRequest> = {}) => backfill(runtime, { head: 'occupied@gate/left', ...request });

describe('backfill', () => {
  let first: string;
  beforeEach(async () => {
    live = await runtime.run(predictTopology);
    first = await promote(0.25);
    await see(0, 40);
    await promote(-2);
    await see(40, 60);
  });

  it('gives what the live path gave from the same features with the same version, under the same ids', async () => {
    const result = await ask({ version: first, to: { time: 40 } });
    expect(result).toMatchObject({ predictions: 40, finished: true, resumed: false });
    expect(await backfilled()).toEqual((await predictions('predictions')).slice(0, 40));
  });

  it('takes the champion of this moment for all that is kept, and leaves live predictions and the live group as they are', async () => {
    const before = await predictions('predictions');
    const committed = await log.committed('predict');
    expect(await ask()).toMatchObject({ predictions: 60 });
    const scored = await backfilled();
    expect(scored.slice(40)).toEqual(before.slice(40));
    expect(new Set(scored.map(({ head }) => head.version)).size).toBe(1);
    expect(await predictions('predictions')).toEqual(before);
    expect(await log.committed('predict')).toEqual(committed);
  });

  it('takes a range of offsets or times, the end left out', async () => {
    await ask({ from: { offset: 5 }, to: { offset: 9 } });
    expect(times(await backfilled())).toEqual(range(5, 9));
    await ask({ from: { time: 50 }, to: { time: 53 } });
    expect(times(await backfilled())).toEqual([...range(5, 9), ...range(50, 53)]);
  });

  it('writes nothing when it is asked again, and with an open end only what came since', async () => {
    await ask({ to: { offset: 10 } });
    expect(await ask({ to: { offset: 10 } })).toMatchObject({ predictions: 0, finished: true });
    await ask({ from: { offset: 10 } });
    await see(60, 70);
    expect(await ask({ from: { offset: 10 } })).toMatchObject({ predictions: 10 });
    expect(times(await backfilled())).toEqual(range(0, 70));
  });

  it('goes on after a stop with the versions and the end that it began with', async () => {
    const stopping = new AbortController();
    const stopped = await backfill(
      runtime,
      { head: 'occupied' },
      { signal: stopping.signal, slice: { records: 4 }, onProgress: () => stopping.abort() },
    );
    expect(stopped.finished).toBe(false);
    const third = await promote(3);
    await see(60, 70);
    expect(await backfill(runtime, { head: 'occupied' })).toMatchObject({ resumed: true, finished: true });
    const scored = await backfilled();
    expect(times(scored)).toEqual(range(0, 60));
    expect(scored.some(({ head }) => head.version === third)).toBe(false);
  });

  it('scores each region with its own head and leaves out what no head or another featurizer has seen', async () => {
    await see(60, 64, { region: 'right' });
    await see(64, 68, { by: 'net@2' });
    const whole = await promote(1, '');
    await backfill(runtime, { head: 'occupied' });
    const scored = await backfilled();
    expect(times(scored)).toEqual(range(0, 64));
    expect(scored.filter(({ head }) => head.version === whole).map(({ region }) => region)).toEqual(Array(4).fill('right'));
  });

  it('says which head or version there is not', async () => {
    await expect(ask({ head: 'other' })).rejects.toMatchObject({ code: 'HW_HEAD_WITHOUT_VERSION' });
    await expect(ask({ version: 'nothing' })).rejects.toMatchObject({ code: 'HW_VERSION_UNKNOWN' });
  });
});
