import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  decodeHead,
  FeatureEvent,
  Head,
  HeadCommand,
  HeadMetrics,
  LabelEvent,
  ModelEvent,
  ModelRegistry,
  PredictionEvent,
  type ModelAlias,
  type ModelDrift,
} from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import retraining from '../../topologies/retrain.js';
import { feature, label, otherThan, prediction, range, region, truth } from './gate-camera.js';

let driver: TopologyDriver;
beforeEach(async () => {
  driver = await TopologyDriver.start(retraining);
});
afterEach(() => driver.close());

const events = async (): Promise<ModelEvent[]> => (await driver.read('models', ModelEvent)).map(({ value }) => value);
const champions = async (): Promise<ModelAlias[]> =>
  (await events()).filter((event) => event.kind === 'alias' && event.alias === 'champion') as ModelAlias[];

/** Frames `from` to `to`, two seconds apart, predicted by `version`, and what their labels say of it. */
async function live(from: number, to: number, version: string, right = true, see = feature): Promise<void> {
  const times = range(from, to).map((frame) => frame * 2001);
  await driver.pipe('features', FeatureEvent, times.map(see));
  await driver.pipe(
    'predictions',
    PredictionEvent,
    times.map((at) => prediction(at, version, right ? truth(at) : otherThan(truth(at)))),
  );
  await driver.pipe(
    'labels',
    LabelEvent,
    times.map((at) => label(at)),
  );
}
const command = (value: HeadCommand) => driver.pipe('head-commands', HeadCommand, [{ key: region, value }]);

/** A version that says the opposite of what the champion says. */
async function contrary(): Promise<{ version: string; file: string }> {
  const version = (await events()).find((event) => event.kind === 'version')!;
  const { labels, width } = decodeHead(Buffer.from(version.file, 'base64'));
  const head = new Head({ name: 'contrary', labels, width, coefficients: Float64Array.of(-1, 0, -1), intercepts: Float64Array.of(0) });
  return { version: head.version, file: Buffer.from(head.encode()).toString('base64') };
}

describe('progressive validation', () => {
  it('counts right answers of a head and of its version, at every tenth label', async () => {
    await live(0, 10, 'one');
    await live(10, 20, 'two', false);
    await live(20, 25, 'two');
    const metrics = (await driver.read('head-metrics', HeadMetrics)).map(({ value }) => value);
    expect(metrics).toMatchObject([
      { head: 'occupied@gate/left', judged: 10, right: 10, recent: 1, version: { version: 'one', judged: 10, right: 10 } },
      { judged: 20, right: 10, version: { version: 'two', judged: 10, right: 0 } },
    ]);
    expect(metrics[1]!.recent).toBeLessThan(0.65);
  });

  it('trains anew when the error of the champion has risen', async () => {
    await live(0, 20, 'none');
    const [first] = await champions();
    await live(20, 60, first!.version);
    await live(60, 95, first!.version, false);
    const reasons = (await events()).flatMap((event) => (event.kind === 'version' ? [event.reason] : []));
    expect(reasons.filter((reason) => reason.startsWith('drift: Page-Hinkley'))).toHaveLength(1);
    expect(reasons.slice(0, 3)).toEqual(['first 20 labels', '20 new labels', '20 new labels']);
  });

  it('trains anew when the features have drifted, also while the champion is right, once labels of what came after are there', async () => {
    await live(0, 20, 'none');
    const [first] = await champions();
    await live(20, 150, first!.version);
    await live(150, 210, first!.version, true, (at) => {
      const { value, ...record } = feature(at);
      return { ...record, value: { ...value, features: value.features.map((one, index) => one + (index === 1 ? 3 : 0)) } };
    });
    const drifts = (await events()).flatMap((event) => (event.kind === 'drift' ? [event] : []));
    expect(drifts).toMatchObject([
      { head: 'occupied@gate/left', reason: expect.stringMatching(/^drift: mmd \d+\.\d on the features$/) as string },
    ]);
    expect(drifts[0]!.at).toBeGreaterThanOrEqual(150 * 2001);
    expect(drifts[0]!.at).toBeLessThan(200 * 2001);
    const trained = (await events()).flatMap((event) => (event.kind === 'version' && event.reason === drifts[0]!.reason ? [event] : []));
    expect(trained).toHaveLength(1);
    expect(trained[0]!.trainedAt).toBeGreaterThanOrEqual(drifts[0]!.at + 9 * 2001);

    const told: ModelDrift[] = [];
    const registry = await ModelRegistry.open(driver.log, driver.registry, { onDrift: (drift) => told.push(drift) });
    expect([registry.drifts, told]).toEqual([drifts, drifts]);
    await registry.close();
  });

  it('rolls a champion back that does worse than its predecessor on the same examples', async () => {
    await live(0, 20, 'none');
    const [first] = await champions();
    await live(20, 41, first!.version);
    const good = (await champions()).at(-1)!.version;
    await live(41, 51, good);
    const bad = await contrary();
    await command({ head: 'occupied', action: 'promote', ...bad, learnedTo: 0, reason: 'by hand', at: 1 });
    await live(51, 60, bad.version, false);
    const rolledBack = (await champions()).find(({ reason }) => reason.startsWith('rolled back'));
    expect(rolledBack).toMatchObject({ version: good, replaces: bad.version });
    expect(rolledBack!.reason).toMatch(/0\.000 against 1\.000 on \d+ examples/);
  });
});

describe('head commands', () => {
  it('rolls back only from the champion that was expected', async () => {
    await live(0, 20, 'none');
    const [first] = await champions();
    await live(20, 40, first!.version);
    const second = (await champions()).at(-1)!.version;
    await command({ head: 'occupied', action: 'rollback', expected: first!.version, reason: 'stale', at: 1 });
    expect(driver.app.metrics.deadLettered).toBe(1);
    await command({ head: 'occupied', action: 'rollback', expected: second, reason: 'by hand', at: 2 });
    expect((await champions()).at(-1)).toMatchObject({ version: first!.version, replaces: second, reason: 'by hand', since: 2 });
  });

  it('trains at once when asked', async () => {
    await live(0, 27, 'none');
    await command({ head: 'occupied', action: 'retrain', reason: 'asked', at: 3 });
    expect((await events()).filter((event) => event.kind === 'version').at(-1)).toMatchObject({ reason: 'asked', trainedAt: 3 });
  });

  it('are refused where there is nothing new to learn', async () => {
    await live(0, 20, 'none');
    await command({ head: 'occupied', action: 'retrain', reason: 'asked', at: 3 });
    expect(driver.app.metrics.deadLettered).toBe(1);
    expect((await events()).filter((event) => event.kind === 'version')).toHaveLength(1);
    await live(20, 30, 'none');
    await command({ head: 'occupied', action: 'retrain', reason: 'asked again', at: 4 });
    expect(driver.app.metrics.deadLettered).toBe(1);
    expect((await events()).filter((event) => event.kind === 'version').at(-1)).toMatchObject({ reason: 'asked again' });
  });
});
