import { afterEach, describe, expect, it } from 'vitest';

import { FeatureEvent, LabelEvent, topology } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { joinLabels, type Example } from '../../src/loop/join-labels.js';
import type { GateRules } from '../../src/loop/gate.js';
import { ModelEvent, type ModelAlias } from '../../src/loop/model-event.js';
import { ModelRegistry } from '../../src/loop/model-registry.js';
import { retrain } from '../../src/loop/retrain.js';
import { json } from '../../src/serde/json.js';
import { feature, featurizer, label, otherThan, range, region, truth } from './gate-camera.js';

const looping = (gate: GateRules = {}) =>
  topology('loop', ({ source, step, sink }) => {
    const examples = step(
      'examples',
      source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'join', horizon: 50 })),
    );
    sink('examples', json<Example>(), examples);
    sink(
      'models',
      ModelEvent,
      examples.pipe(retrain({ head: 'occupied', every: 10, gapMs: 2, penalty: 1, penalties: [0.1, 1, 10], gate })),
    );
  });
const loop = looping();

let driver: TopologyDriver;
afterEach(() => driver.close());

describe('joinLabels', () => {
  it('makes one example of each labelled frame, whichever half comes first', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, [feature(1), feature(2)]);
    await driver.pipe('labels', LabelEvent, [label(2), label(3), label(9)]);
    await driver.pipe('features', FeatureEvent, [feature(3)]);
    expect(
      (await driver.read('examples', json<Example>())).map(({ key, value }) => [key, value.capturedAt, value.label, value.feature.offset]),
    ).toEqual([
      [region, 2, 'occupied', 1],
      [region, 3, 'clear', 2],
    ]);
  });

  it('takes a repeated label once and a correction as a new example', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, [feature(1)]);
    await driver.pipe('labels', LabelEvent, [label(1), label(1), label(1, 'occupied')]);
    expect((await driver.read('examples', json<Example>())).map(({ value }) => value.label)).toEqual(['clear', 'occupied']);
  });

  it('forgets frames behind the horizon', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, range(0, 60).map(feature));
    await driver.pipe('labels', LabelEvent, [label(10), label(9)]);
    expect((await driver.read('examples', json<Example>())).map(({ value }) => value.capturedAt)).toEqual([10]);
  });
});

describe('retrain', () => {
  it('registers a version and its promotion at every tenth example, and the registry serves the newest', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, range(0, 25).map(feature));
    await driver.pipe(
      'labels',
      LabelEvent,
      range(0, 25).map((at) => label(at)),
    );
    const events = (await driver.read('models', ModelEvent)).map(({ value }) => value);
    expect(events.map((event) => (event.kind === 'alias' ? event.alias : event.kind))).toEqual([
      'version',
      'champion',
      'version',
      'previous',
      'champion',
    ]);
    const [first, , second, previous, promotion] = events;
    expect(first).toMatchObject({
      head: 'occupied@gate/left',
      featurizer,
      trainedAt: 1009,
      classes: { clear: 5, occupied: 5 },
      reason: 'first 10 labels',
      learned: 10,
      split: { train: 5, gate: 7 },
      metrics: { rows: 3 },
      gate: { promoted: true, verdicts: [{ check: 'floor', passed: true }] },
    });
    expect(second).toMatchObject({ metrics: { rows: 5 }, gate: { promoted: true }, search: { folds: 3 } });
    expect(previous).toMatchObject({ alias: 'previous', version: first!.version });
    expect(promotion).toMatchObject({ alias: 'champion', version: second!.version, replaces: first!.version, reason: '10 new labels' });

    const registry = await ModelRegistry.open(driver.log, driver.registry);
    const champion = registry.champions.get('occupied@gate/left')!;
    expect(champion.version).toBe(second!.version);
    expect(champion.labels).toEqual(['clear', 'occupied']);
    expect(champion.predict(feature(30).value.features)[1]).toBeGreaterThan(0.5);
    expect(champion.predict(feature(31).value.features)[0]).toBeGreaterThan(0.5);
    await registry.close();
  });

  it('ends in the same versions however the stream is cut into epochs', async () => {
    const versions: string[][] = [];
    for (const records of [1, 7, 128]) {
      driver = await TopologyDriver.start(loop, { slice: { records } });
      await driver.pipe('features', FeatureEvent, range(0, 40).map(feature));
      await driver.pipe(
        'labels',
        LabelEvent,
        range(0, 40).map((at) => label(at)),
      );
      versions.push((await driver.read('models', ModelEvent)).map(({ value }) => value.version));
      if (records < 128) await driver.close();
    }
    expect(versions[0]).toHaveLength(11);
    expect(versions[1]).toEqual(versions[0]);
    expect(versions[2]).toEqual(versions[0]);
  });

  it('registers a challenger that the gate refuses, with its reasons, and leaves the champion', async () => {
    driver = await TopologyDriver.start(looping({ bytes: 100 }));
    await driver.pipe('features', FeatureEvent, range(0, 20).map(feature));
    await driver.pipe(
      'labels',
      LabelEvent,
      range(0, 20).map((at) => (at < 10 || at >= 15 ? label(at) : label(at, otherThan(truth(at))))),
    );
    const events = (await driver.read('models', ModelEvent)).map(({ value }) => value);
    const [first, , refused, challenger] = events;
    expect(events).toHaveLength(4);
    expect(refused).toMatchObject({ kind: 'version', gate: { promoted: false }, learned: 13, metrics: { championAccuracy: 1 } });
    expect(challenger).toMatchObject({ alias: 'challenger', version: refused!.version });
    expect((challenger as ModelAlias).reason).toMatch(/^refused: \d+ bytes, limit 100$/);
    const registry = await ModelRegistry.open(driver.log, driver.registry);
    expect(registry.champions.get('occupied@gate/left')!.version).toBe(first!.version);
    await registry.close();
  });

  it('does not wait for the next tenth example where the first ones showed one label only', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, range(0, 40).map(feature));
    // even frames look occupied: first they alone, then the odd ones
    const seen = [...range(0, 10).map((at) => at * 2), ...range(0, 14).map((at) => at * 2 + 1)];
    await driver.pipe(
      'labels',
      LabelEvent,
      seen.map((at, order) => ({ ...label(at), timestamp: 2000 + order })),
    );
    const [first] = (await driver.read('models', ModelEvent)).map(({ value }) => value);
    expect(first).toMatchObject({ kind: 'version', gate: { promoted: true } });
  });

  it('waits for a second class', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, range(0, 10).map(feature));
    await driver.pipe(
      'labels',
      LabelEvent,
      range(0, 10).map((at) => label(at, 'clear')),
    );
    expect(await driver.read('models', ModelEvent)).toEqual([]);
  });
});
