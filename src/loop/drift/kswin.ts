import { permutation } from '../../ml/random.js';
import { notYet, type DriftDetector } from './drift-detector.js';
import { ksProbability, ksStatistic } from './ks-test.js';

export interface KswinOptions {
  /** Probability of a false alarm of one test. Default 0.005. */
  readonly alpha?: number;
  /** Values that are remembered. Default 100. */
  readonly windowSize?: number;
  /** How many of the newest are held against as many of the older ones. Default 30. */
  readonly statSize?: number;
  readonly seed?: number;
  /** Draws `size` of `n` places at random. Default: by `seed` and the number of the draw. */
  readonly sample?: (n: number, size: number, draw: number) => readonly number[];
}

export interface KswinState {
  window: number[];
  draws: number;
}

/**
 * KSWIN (Raab, Heusinger & Schleif, Neurocomputing 2020): Kolmogorov-Smirnov's test of the newest values against a sample of the older ones. Alarms as
 * river's `KSWIN` does, with the same defaults. `statistic` is the largest difference of the two distributions.
 */
export function kswin({
  alpha = 0.005,
  windowSize = 100,
  statSize = 30,
  seed = 0,
  sample = (n, size, draw) => Array.from(permutation(n, seed + draw).subarray(0, size)),
}: KswinOptions = {}): DriftDetector<number, KswinState> {
  return {
    name: 'KSWIN',
    seed: () => ({ window: [], draws: 0 }),
    update(state, value) {
      state.window.push(value);
      if (state.window.length > windowSize) state.window.shift();
      if (state.window.length < windowSize) return notYet;
      const newest = state.window.slice(-statSize);
      const older = sample(windowSize - statSize, statSize, state.draws).map((place) => state.window[place]!);
      state.draws += 1;
      const statistic = ksStatistic(older, newest);
      const drift = ksProbability(statistic, statSize) <= alpha && statistic > 0.1;
      if (drift) state.window = [];
      return { drift, statistic };
    },
  };
}
