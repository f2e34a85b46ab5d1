import { expect, it } from 'vitest';
import { Pace } from '../../connectors/camera-source/pace.js';

/** How many of the pictures of ten seconds are kept that come every `everyMs`, each up to `jitterMs` early or late in turn. */
function kept(maxPerSecond: number, everyMs: number, jitterMs = 0): number {
  const pace = new Pace(maxPerSecond);
  const times = Array.from({ length: 10_000 / everyMs }, (_, i) => 1e6 + i * everyMs + (i % 2 === 0 ? jitterMs : -jitterMs));
  return times.filter((time) => pace.keeps(time)).length;
}

it('keeps all of what comes at the rate, early and late in turn', () => {
  expect(kept(10, 100)).toBe(100);
  expect(kept(10, 100, 20)).toBe(100);
});

it('keeps the rate of what comes faster, and all of what comes slower', () => {
  expect(Math.abs(kept(10, 10) - 100)).toBeLessThanOrEqual(3);
  expect(Math.abs(kept(10, 70) - 100)).toBeLessThanOrEqual(3);
  expect(kept(10, 200)).toBe(50);
});
