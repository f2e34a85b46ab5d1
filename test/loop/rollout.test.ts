import { afterEach, describe, expect, it } from 'vitest';

import {
  FeatureEvent,
  HeadCommand,
  isError,
  joinLabels,
  LabelEvent,
  ModelEvent,
  ModelRegistry,
  predict,
  PredictionEvent,
  retrain,
  topology,
  type GateRules,
  type ModelAlias,
  type Rollout,
} from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { LogModels } from '../../src/loop/log-models.js';
import { inCanary } from '../../src/loop/rollout.js';
import { App } from '../../src/topology/app.js';
import { feature, label, otherThan, range, region, truth } from './gate-camera.js';

const lenient: GateRules = { floor: 0, confidence: 0, calibration: 1 };
const loop = (rollout: Rollout, gate: GateRules = {}) =>
  topology('loop', ({ source, sink }) => {
    const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'join' }));
    const commands = source('head-commands', HeadCommand);
    const options = { head: 'occupied', every: 10, gapMs: 2, penalty: 1, penalties: [1], commands, rollout, gate };
    sink('models', ModelEvent, examples.pipe(retrain(options)));
  });
const predicting = topology('predicting', ({ source, sink, models }) =>
  sink('predictions', PredictionEvent, source('features', FeatureEvent).pipe(predict(models.head('occupied')))),
);

let driver: TopologyDriver;
afterEach(() => driver.close());

async function live(from: number, to: number, text: (at: number) => string = truth): Promise<void> {
  await driver.pipe('features', FeatureEvent, range(from, to).map(feature));
  await driver.pipe(
    'labels',
    LabelEvent,
    range(from, to).map((at) => label(at, text(at))),
  );
}
const aliases = async (): Promise<ModelAlias[]> =>
  (await driver.read('models', ModelEvent)).flatMap(({ value }) => (value.kind === 'alias' ? [value] : []));
const inShort = ({ alias, trial, reason }: ModelAlias) => [alias, trial?.percent, reason.split(':')[0]!.split(',')[0]];

/** Predictions of frames by what the registry says now, and who made them. */
async function predictions(times: readonly number[]): Promise<Map<number, string>> {
  const { log, registry, clock } = driver;
  const models = await ModelRegistry.open(log, registry);
  await log.createTopics([{ name: 'features', partitions: 1 }]);
  const cameras = { camera: () => undefined };
  const app = await App.start(predicting, { log, registry, clock, cameras, models: new LogModels(models), app: 'predicting' });
  await driver.append('features', FeatureEvent, times.map(feature));
  while (!(await app.idle())) await new Promise((resolve) => setTimeout(resolve, 1));
  await app.stop();
  await models.close();
  const made = (await driver.read('predictions', PredictionEvent)).map(({ value }) => [value.capturedAt, value.head.version] as const);
  return new Map(made.filter(([at]) => times.includes(at)));
}

describe('a roll-out', () => {
  it('takes a challenger through shadow and canary to champion, looking at it every ten examples', async () => {
    driver = await TopologyDriver.start(loop({ stages: [0, 50], labels: 20 }));
    await live(0, 60);
    const events = await aliases();
    expect(events.map(inShort)).toEqual([
      ['champion', undefined, 'first 10 labels'],
      ['challenger', 0, 'in shadow'],
      ['challenger', 0, 'in shadow'],
      ['challenger', 50, 'in a canary of 50 %'],
      ['challenger', 50, 'in a canary of 50 %'],
      ['previous', undefined, expect.stringMatching(/^replaced by/)],
      ['champion', undefined, '10 new labels; after shadow and a canary of 50 %'],
      ['challenger', undefined, 'promoted'],
    ]);
    expect(events[4]!.trial).toEqual({ percent: 50, judged: 30, right: 30, championRight: 30 });
    expect(events[6]!.reason).toMatch(/1\.000 against 1\.000 on 40 examples$/);
    expect(events[6]!.version).toBe(events[1]!.version);
  });

  it('withdraws a challenger that is worse on the live stream, and goes on training', async () => {
    driver = await TopologyDriver.start(loop({ stages: [0], labels: 20 }, lenient));
    await live(0, 10);
    await live(10, 20, (at) => otherThan(truth(at))); // what the challenger learns holds no longer
    const [, trial] = await aliases();
    expect(inShort(trial!)).toEqual(['challenger', 0, 'in shadow']);
    await live(20, 40);
    const last = (await aliases()).slice(2);
    expect(last[0]!.reason).toMatch(/^withdrawn from shadow: worse than the champion, 0\.\d+ against 1\.000 on 10 examples$/);
    expect(last[0]!.trial).toBeUndefined();
    expect(inShort(last[1]!)).toEqual(['challenger', 0, 'in shadow']);
    expect((await aliases()).filter(({ alias }) => alias === 'champion')).toHaveLength(1);
  });

  it('ends with a promotion by hand', async () => {
    driver = await TopologyDriver.start(loop({ stages: [10] }));
    await live(0, 20);
    const [first, trial] = await aliases();
    const made = (await driver.read('models', ModelEvent)).map(({ value }) => value).find((one) => one.kind === 'version')!;
    expect(made.version).toBe(first!.version);
    const command: HeadCommand = { head: 'occupied', action: 'rollback', reason: 'by hand', at: 1 };
    await driver.pipe('head-commands', HeadCommand, [{ key: region, value: command }]);
    expect(driver.app.metrics.deadLettered).toBe(1); // there is no previous version
    const promote: HeadCommand = { ...command, action: 'promote', version: made.version, file: made.file, learnedTo: 0 };
    await driver.pipe('head-commands', HeadCommand, [{ key: region, value: promote }]);
    const [withdrawn] = (await aliases()).slice(2);
    expect(withdrawn).toMatchObject({ alias: 'challenger', version: trial!.version, reason: 'withdrawn from a canary of 10 %: by hand' });
  });

  it('ends in the same events however the stream is cut into epochs', async () => {
    const runs: ModelAlias[][] = [];
    for (const records of [1, 7, 128]) {
      driver = await TopologyDriver.start(loop({ stages: [0, 10], labels: 15 }), { slice: { records } });
      await live(0, 70, (at) => (at % 9 === 0 ? otherThan(truth(at)) : truth(at)));
      runs.push(await aliases());
      if (records < 128) await driver.close();
    }
    expect(runs[0]!.some(({ reason }) => reason.includes('after shadow and a canary of 10 %'))).toBe(true);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('refuses stages that do not rise', async () => {
    await expect(TopologyDriver.start(loop({ stages: [10, 5] }))).rejects.toSatisfy((reason) => isError(reason, 'HW_ROLLOUT'));
    driver = await TopologyDriver.start(loop({ stages: [] }));
  });
});

describe('predict', () => {
  it('never emits what a shadow says', async () => {
    driver = await TopologyDriver.start(loop({ stages: [0], labels: 50 }));
    await live(0, 20);
    const [champion] = await aliases();
    expect(new Set((await predictions(range(1000, 1100))).values())).toEqual(new Set([champion!.version]));
  });

  it('gives a canary its share of the frames of a region, the same ones every time', async () => {
    driver = await TopologyDriver.start(loop({ stages: [20], labels: 50 }));
    await live(0, 20);
    const [champion, challenger] = await aliases();
    const times = range(1000, 1500);
    const made = await predictions(times);
    const expected = times.map((at) => (inCanary(`${region}@${at}`, 20) ? challenger!.version : champion!.version));
    expect(times.map((at) => made.get(at))).toEqual(expected);
    const share = expected.filter((version) => version === challenger!.version).length / times.length;
    expect(Math.abs(share - 0.2)).toBeLessThan(0.05);
  });
});

describe('inCanary', () => {
  it('takes its percentage of keys, and keeps whom it took when it grows', () => {
    const keys = range(0, 10_000).map((n) => `camera-${n}/gate`);
    const taken = (percent: number) => keys.filter((key) => inCanary(key, percent));
    expect(taken(0)).toEqual([]);
    expect(taken(100)).toEqual(keys);
    expect(Math.abs(taken(10).length / keys.length - 0.1)).toBeLessThan(0.01);
    expect(taken(50)).toEqual(expect.arrayContaining(taken(10)));
  });
});
