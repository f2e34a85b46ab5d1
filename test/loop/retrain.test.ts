import { afterEach, describe, expect, it } from 'vitest';

import { FeatureEvent, LabelEvent, topology } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { joinLabels, type Example } from '../../src/loop/join-labels.js';
import type { GateRules } from '../../src/loop/gate.js';
import { HeadCommand } from '../../src/loop/head-command.js';
import { ModelEvent, type ModelAlias, type ModelVersion } from '../../src/loop/model-event.js';
import { ModelRegistry } from '../../src/loop/model-registry.js';
import { retrain } from '../../src/loop/retrain.js';
import { json } from '../../src/serde/json.js';
import { feature, featurizer, label, otherThan, range, region, truth } from './gate-camera.js';

const looping = (gate: GateRules = {}, keep?: number) =>
  topology('loop', ({ source, step, sink }) => {
    const examples = step(
      'examples',
      source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'join', horizon: 50 })),
    );
    sink('examples', json<Example>(), examples);
    sink(
      'models',
      ModelEvent,
      examples.pipe(
        retrain({ head: 'occupied', every: 10, gapMs: 2, penalty: 1, penalties: [0.1, 1, 10], gate, ...(keep !== undefined && { keep }) }),
      ),
    );
  });
const loop = looping();
const commanded = topology('commanded', ({ source, sink }) => {
  const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'join' }));
  const commands = source('head-commands', HeadCommand);
  sink(
    'models',
    ModelEvent,
    examples.pipe(retrain({ head: 'occupied', every: 10, gapMs: 2, penalty: 1, penalties: [1], keep: 1, commands })),
  );
});

let driver: TopologyDriver;
afterEach(() => driver.close());

/** What the registry was told, where nothing was pruned. */
async function written(): Promise<(ModelVersion | ModelAlias)[]> {
  return (await driver.read('models', ModelEvent)).map(({ value }) => value as ModelVersion | ModelAlias);
}

describe('retrain', () => {
  it('registers a version and its promotion at every tenth example, and the registry serves the newest', async () => {
    driver = await TopologyDriver.start(loop);
    await driver.pipe('features', FeatureEvent, range(0, 25).map(feature));
    await driver.pipe(
      'labels',
      LabelEvent,
      range(0, 25).map((at) => label(at)),
    );
    const events = await written();
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
      versions.push((await written()).map(({ version }) => version));
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
    const events = await written();
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
    const [first] = await written();
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

describe('the registry', () => {
  /** What a registry that is opened now knows of the head. */
  async function known() {
    const registry = await ModelRegistry.open(driver.log, driver.registry);
    const versions = registry.versions().map(({ version }) => version);
    const aliases = registry.aliases().map(({ version }) => version);
    const [pruned] = registry.pruned();
    await registry.close();
    return { registry, versions, aliases, pruned };
  }
  const live = async (from: number, to: number, text: (at: number) => string = truth) => {
    await driver.pipe('features', FeatureEvent, range(from, to).map(feature));
    await driver.pipe(
      'labels',
      LabelEvent,
      range(from, to).map((at) => label(at, text(at))),
    );
  };

  it('keeps the newest versions and those that an alias stands for, across restarts, and knows which were pruned', async () => {
    driver = await TopologyDriver.start(looping({}, 2));
    await live(0, 40);
    const before = await known();
    await driver.restart();
    await live(40, 80);
    const { registry, versions, aliases, pruned } = await known();
    expect(before.pruned?.count).toBeGreaterThan(0);
    expect(versions.length).toBeLessThanOrEqual(2 + 3);
    expect(versions.slice(-2)).toHaveLength(2);
    for (const version of aliases) expect(versions).toContain(version);
    expect(pruned!.count + versions.length).toBe(8);
    expect(pruned!.versions).toHaveLength(pruned!.count);
    expect(pruned!.versions.filter((version) => versions.includes(version))).toEqual([]);
    expect(() => registry.version(pruned!.versions[0]!)).toThrow(expect.objectContaining({ code: 'HW_VERSION_PRUNED' }) as Error);
    expect(() => registry.version('nothing')).toThrow(expect.objectContaining({ code: 'HW_VERSION_UNKNOWN' }) as Error);
  });

  it('keeps the champion however many challengers are refused after it', async () => {
    driver = await TopologyDriver.start(looping({ bytes: 100 }, 1));
    await live(0, 30);
    await live(30, 60);
    const { registry, versions, pruned } = await known();
    expect(versions).toContain(registry.champions.get('occupied@gate/left')!.version);
    expect(versions).toHaveLength(2);
    expect(pruned!.count).toBe(4);
  });

  it('refuses to promote what was pruned', async () => {
    driver = await TopologyDriver.start(commanded);
    await live(0, 60);
    const { pruned, registry } = await known();
    const champion = registry.champions.get('occupied@gate/left')!.version;
    const command = {
      head: 'occupied',
      action: 'promote',
      version: pruned!.versions[0]!,
      file: '',
      learnedTo: 0,
      reason: 'by hand',
      at: 1,
    };
    await driver.pipe('head-commands', HeadCommand, [{ key: region, value: command as HeadCommand }]);
    expect(driver.app.metrics.deadLettered).toBe(1);
    expect((await known()).registry.champions.get('occupied@gate/left')!.version).toBe(champion);
  });
});
