import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { featureDrift } from 'headwater';

/** Features of the sample camera's 199 frames, written by test/golden/drift/make-camera-series.js. */
const series = JSON.parse(readFileSync(new URL('../../golden/drift/camera-series.json', import.meta.url), 'utf8')) as Record<
  'day' | 'night' | 'fog',
  number[][]
>;
const shiftAt = 120;

function alarms(test: 'mmd' | 'energy' | 'psi', vectors: readonly number[][]): number[] {
  const detector = featureDrift({ test });
  const state = detector.seed();
  return vectors.flatMap((vector, index) => (detector.update(state, Float32Array.from(vector)).drift ? [index] : []));
}

describe("feature drift on the sample camera's frames", () => {
  it.each(['mmd', 'energy', 'psi'] as const)('by %s gives no alarm while people come and go', (test) => {
    expect(alarms(test, series.day)).toEqual([]);
  });

  // the delay is in frames, of which the 50 newest are tested after every tenth
  it.each([
    ['mmd', 'night', 49],
    ['mmd', 'fog', 49],
    ['energy', 'night', 39],
    ['energy', 'fog', 39],
    ['psi', 'night', 49],
    ['psi', 'fog', 59],
  ] as const)('by %s finds %s within %d frames', (test, shift, delay) => {
    const [first] = alarms(test, [...series.day.slice(0, shiftAt), ...series[shift].slice(shiftAt)]);
    expect(first).toBeGreaterThanOrEqual(shiftAt);
    expect(first! - shiftAt).toBeLessThanOrEqual(delay);
  });
});
