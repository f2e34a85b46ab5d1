import { notYet, type DriftDetector } from './drift-detector.js';

export interface PageHinkleyOptions {
  /** Values before the first alarm. Default 30. */
  readonly minInstances?: number;
  /** A change of the mean that is let pass. Default 0.005. */
  readonly delta?: number;
  /** The sum of deviations at which it alarms. Default 50. */
  readonly threshold?: number;
  /** How much of the sum a step keeps. Default 0.9999. */
  readonly alpha?: number;
  /** Which way the mean must go. Default `both`. */
  readonly mode?: 'up' | 'down' | 'both';
}

export interface PageHinkleyState {
  n: number;
  mean: number;
  increase: number;
  least: number;
  decrease: number;
  most: number;
}

/** The Page-Hinkley test (Page, Biometrika 1954) as river's `PageHinkley` makes it, with the same defaults. */
export function pageHinkley({
  minInstances = 30,
  delta = 0.005,
  threshold = 50,
  alpha = 0.9999,
  mode = 'both',
}: PageHinkleyOptions = {}): DriftDetector<number, PageHinkleyState> {
  return {
    name: 'Page-Hinkley',
    seed: () => ({ n: 0, mean: 0, increase: 0, least: Infinity, decrease: 0, most: -1 }),
    update(state, value) {
      state.n += 1;
      state.mean += (value - state.mean) / state.n;
      const deviation = value - state.mean;
      state.increase = alpha * state.increase + deviation - delta;
      state.decrease = alpha * state.decrease + deviation + delta;
      state.least = Math.min(state.least, state.increase);
      state.most = Math.max(state.most, state.decrease);
      if (state.n < minInstances) return notYet;
      const up = mode === 'down' ? -Infinity : state.increase - state.least;
      const down = mode === 'up' ? -Infinity : state.most - state.decrease;
      const statistic = Math.max(up, down);
      const drift = statistic > threshold;
      if (drift) Object.assign(state, this.seed());
      return { drift, statistic };
    },
  };
}
