import { afterEach, describe, expect, it } from 'vitest';

import { adwin, detectDrift, DriftEvent, featureDrift, json, topology } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { uniformAt } from '../../../src/ml/random.js';

const number = json<number>();

const watching = topology('watching', ({ source, sink }) => {
  sink('drifts', DriftEvent, source('errors', number).pipe(detectDrift({ name: 'error', detector: adwin(), select: (value) => value })));
});

describe('detectDrift', () => {
  let driver: TopologyDriver | undefined;
  afterEach(() => driver?.close());

  it('tells of a change in the key that has it, across restarts', async () => {
    driver = await TopologyDriver.start(watching);
    const value = (index: number, key: string) => (uniformAt(1, index) < (key === 'shifted' && index >= 300 ? 0.7 : 0.1) ? 1 : 0);
    const inputs = Array.from({ length: 500 }, (_, timestamp) =>
      ['quiet', 'shifted'].map((key) => ({ key, value: value(timestamp, key), timestamp })),
    ).flat();
    await driver.pipe('errors', number, inputs.slice(0, 500));
    await driver.restart();
    await driver.pipe('errors', number, inputs.slice(500));
    const found = await driver.read('drifts', DriftEvent);
    expect(found.map(({ key }) => key)).toEqual(['shifted']);
    expect(found[0]!.value).toMatchObject({ detector: 'ADWIN', values: found[0]!.value.detectedAt + 1 });
    expect(found[0]!.value.detectedAt).toBeGreaterThan(300);
    expect(found[0]!.value.detectedAt).toBeLessThan(400);
  });
});

describe('featureDrift', () => {
  let driver: TopologyDriver | undefined;
  afterEach(() => driver?.close());

  const viewing = topology('viewing', ({ source, sink }) => {
    const detector = featureDrift({ reference: 40, recent: 10, spacing: '1s', permutations: 200 });
    const found = source('views', json<number[]>()).pipe(
      detectDrift({ name: 'features', detector, select: (values) => Float32Array.from(values) }),
    );
    sink('drifts', DriftEvent, found);
  });

  it('finds the same in one run and across restarts, and writes its reference only while it grows', async () => {
    const views = Array.from({ length: 160 }, (_, index) => {
      const value = Array.from({ length: 4 }, (_, at) => uniformAt(at, index) + (index < 120 ? 0 : 3));
      return { key: 'gate', value, timestamp: index * 500 }; // every other one is looked at
    });
    const runs = [];
    for (const restarts of [false, true]) {
      driver = await TopologyDriver.start(viewing);
      for (let from = 0; from < views.length; from += 10) {
        await driver.pipe('views', json(), views.slice(from, from + 10));
        if (restarts && from % 30 === 0) await driver.restart();
      }
      runs.push((await driver.read('drifts', DriftEvent)).map(({ value }) => value));
      const written = async (store: string) => (await driver!.log.bounds(`viewing-${store}-changelog`))[0]!.latest;
      expect(await written('features')).toBeGreaterThanOrEqual(16);
      expect(await written('features-settled')).toBeLessThan(12); // eight times ten fill it, and there is a new one after the drift
      await driver.close();
    }
    expect(runs[0]).toMatchObject([{ detector: 'mmd', of: 'features' }]);
    expect(runs[0]![0]!.detectedAt).toBeGreaterThanOrEqual(120 * 500);
    expect(runs[1]).toEqual(runs[0]);
  });

  const vector = (index: number, shift: number) => Float32Array.from({ length: 16 }, (_, at) => uniformAt(at, index) + shift);
  const alarms = (test: 'mmd' | 'energy' | 'psi', shift: number) => {
    const detector = featureDrift({ test, permutations: 100, dimensions: 8 });
    const state = detector.seed();
    return Array.from({ length: 400 }, (_, index) => index).filter(
      (index) => detector.update(state, vector(index, index < 250 ? 0 : shift), 400 * index).drift,
    );
  };

  it.each(['mmd', 'energy', 'psi'] as const)('finds a shift by %s and nothing where there is none', (test) => {
    expect(alarms(test, 0)).toEqual([]);
    const [first] = alarms(test, 0.3);
    expect(first).toBeGreaterThan(250);
    expect(first).toBeLessThan(310);
  });
});
