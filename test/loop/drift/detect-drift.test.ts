import { afterEach, describe, expect, it } from 'vitest';

import { adwin, detectDrift, featureDrift, json, topology, type DriftEvent } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { uniformAt } from '../../../src/ml/random.js';

const number = json<number>();
const events = json<DriftEvent>();

const watching = topology('watching', ({ source, sink }) => {
  sink('drifts', events, source('errors', number).pipe(detectDrift({ name: 'error', detector: adwin(), select: (value) => value })));
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
    const found = await driver.read('drifts', events);
    expect(found.map(({ key }) => key)).toEqual(['shifted']);
    expect(found[0]!.value).toMatchObject({ detector: 'ADWIN', values: found[0]!.value.detectedAt + 1 });
    expect(found[0]!.value.detectedAt).toBeGreaterThan(300);
    expect(found[0]!.value.detectedAt).toBeLessThan(400);
  });
});

describe('featureDrift', () => {
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
