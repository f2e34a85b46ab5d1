import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';

import {
  FeatureEvent,
  joinLabels,
  LabelEvent,
  MemoryLog,
  ModelEvent,
  replayVersion,
  retrain,
  Runtime,
  topicWriter,
  topology,
  type ModelVersion,
  type PartitionBounds,
} from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { feature, label, range } from './gate-camera.js';

const capped = topology('capped', ({ source, sink }) => {
  const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'join' }));
  sink(
    'models',
    ModelEvent,
    examples.pipe(retrain({ head: 'occupied', every: 10, window: 40, keep: 100, gapMs: 2, penalty: 1, penalties: [1, 10] })),
  );
});

let driver: TopologyDriver | undefined;
afterEach(async () => {
  await driver?.close();
  driver = undefined;
});

/** Frames of which one in ten shows a car: the even ones among these do. */
const frames = range(0, 300).map((at) => at * 2 + (at % 10 === 0 ? 0 : 1));

async function live(times: readonly number[]): Promise<void> {
  await driver!.pipe('features', FeatureEvent, times.map(feature));
  await driver!.pipe(
    'labels',
    LabelEvent,
    times.map((at) => label(at)),
  );
}

async function versions(): Promise<ModelVersion[]> {
  return (await driver!.read('models', ModelEvent)).flatMap(({ value }) => (value.kind === 'version' ? [value] : []));
}

describe('a training whose examples are capped', () => {
  it('keeps the newest of each label, is judged on rows as they come in, and is replayed to the same bytes', async () => {
    driver = await TopologyDriver.start(capped);
    await live(frames);
    const all = await versions();
    const last = all.at(-1)!;
    const { labels, offsets, unbroken } = last.snapshot;
    expect(labels).toHaveLength(40);
    expect(labels.filter((text) => text === 'occupied')).toHaveLength(20);
    expect(offsets.slice(-unbroken!)).toEqual(range(300 - unbroken!, 300));
    expect(unbroken).toBeLessThan(40);
    // judged on the newest half at most of what came one after another: two in twenty show a car, as they come in
    expect(last.metrics.rows).toBeLessThanOrEqual(Math.floor(unbroken! / 2));
    const judged = labels.slice(last.split.gate);
    expect(judged.filter((text) => text === 'occupied').length).toBeLessThanOrEqual(2);
    expect(last.search!.judged).toBeLessThan(unbroken!);
    for (const made of all) expect((await replayVersion(driver.log, driver.registry, made)).equal).toBe(true);
  });

  it('trains on the same examples however the stream is cut into epochs and its job started again', async () => {
    const snapshots: string[][] = [];
    for (const records of [3, 128]) {
      driver = await TopologyDriver.start(capped, { slice: { records } });
      await live(frames.slice(0, 150));
      await driver.restart();
      await live(frames.slice(150));
      snapshots.push((await versions()).map(({ version, snapshot }) => `${version} ${snapshot.hash}`));
      if (records < 128) await driver.close();
    }
    expect(snapshots[0]!.length).toBeGreaterThan(5);
    expect(snapshots[1]).toEqual(snapshots[0]);
  });

  it('forgets a wrong label for good once it is corrected', async () => {
    driver = await TopologyDriver.start(capped);
    await live(frames.slice(0, 30));
    await driver.pipe('labels', LabelEvent, [label(frames[10]!, 'clear')]);
    await live(frames.slice(30, 80));
    const { labels, offsets } = (await versions()).at(-1)!.snapshot;
    expect(labels[offsets.indexOf(10)]).not.toBe('occupied');
  });

  it('leaves out, and counts, examples whose features retention has dropped, and goes on', async () => {
    const log = new MemoryLog();
    await log.createTopics([{ name: 'features', partitions: 1, retentionBytes: 12_000 }]);
    await log.createTopics([{ name: 'labels', partitions: 1 }]);
    const runtime = await Runtime.open({ log });
    const { registry } = runtime;
    const app = await runtime.run(capped);
    const write = {
      features: topicWriter({ log, registry, topic: 'features', format: FeatureEvent }),
      labels: topicWriter({ log, registry, topic: 'labels', format: LabelEvent }),
    };
    const made: ModelVersion[] = [];
    for (const from of range(0, 30)) {
      const slice = frames.slice(from * 10, (from + 1) * 10);
      await write.features(slice.map(feature) as Parameters<typeof write.features>[0]);
      await write.labels(slice.map((at) => label(at)) as Parameters<typeof write.labels>[0]);
      while (!(await app.idle()) || !(await runtime.modelRegistry.upToDate())) await pause(2);
      const [newest] = runtime.modelRegistry.versions().toSorted((one, other) => other.trainedAt - one.trainedAt);
      const [{ earliest }] = (await log.bounds('features')) as [PartitionBounds];
      if (newest && newest.version !== made.at(-1)?.version) {
        expect(newest.snapshot.offsets[0]).toBeGreaterThanOrEqual(earliest);
        expect(await replayVersion(log, registry, newest)).toMatchObject({ equal: true });
        made.push(newest);
      }
    }
    expect(app.metrics.deadLettered).toBe(0);
    const expired = made.reduce((sum, { snapshot }) => sum + snapshot.expired!, 0);
    expect(expired).toBeGreaterThan(5);
    expect(app.metrics.labels.get('occupied')?.get('expired')).toBe(expired);
    await expect(replayVersion(log, registry, made[2]!)).rejects.toMatchObject({ code: 'HW_RECORDS_GONE' });
    await app.stop();
    await runtime.close();
    await log.close();
  });
});
