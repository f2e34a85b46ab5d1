import { notYet, type DriftDetector } from './drift-detector.js';

export interface AdwinOptions {
  /** Probability of a false alarm that the cut is made for. Default 0.002. */
  readonly delta?: number;
  /** Values between two looks for a change. Default 32. */
  readonly clock?: number;
  /** Buckets of one size before two are merged. Default 5. */
  readonly maxBuckets?: number;
  /** Shortest part that is compared. Default 5. */
  readonly minWindowLength?: number;
  /** Values before the first look. Default 10. */
  readonly gracePeriod?: number;
}

/** Buckets of 2^row values each, the oldest first. */
interface Row {
  readonly totals: number[];
  readonly variances: number[];
}

export interface AdwinState {
  readonly rows: Row[];
  width: number;
  total: number;
  /** Sum of squared differences from the mean. */
  variance: number;
  ticks: number;
}

/**
 * ADWIN (Bifet & Gavalda, SDM 2007): a window that grows while its parts have one mean, kept as an exponential histogram in O(log n) memory. Alarms as
 * river's `ADWIN` does, with the same defaults. `statistic` is the largest difference of means at a cut, relative to what the cut allows.
 */
export function adwin({
  delta = 0.002,
  clock = 32,
  maxBuckets = 5,
  minWindowLength = 5,
  gracePeriod = 10,
}: AdwinOptions = {}): DriftDetector<number, AdwinState> {
  return {
    name: 'ADWIN',
    seed: () => ({ rows: [{ totals: [], variances: [] }], width: 0, total: 0, variance: 0, ticks: 0 }),
    update(state, value) {
      insert(state, value, maxBuckets);
      state.ticks += 1;
      if (state.ticks % clock !== 0 || state.width <= gracePeriod) return notYet;
      const statistic = largestCut(state, delta, minWindowLength);
      const drift = statistic > 1;
      if (drift) Object.assign(state, this.seed());
      return { drift, statistic };
    },
  };
}

function insert(state: AdwinState, value: number, maxBuckets: number): void {
  const { rows } = state;
  rows[0]!.totals.push(value);
  rows[0]!.variances.push(0);
  state.width += 1;
  if (state.width > 1) state.variance += ((state.width - 1) * (value - state.total / (state.width - 1)) ** 2) / state.width;
  state.total += value;

  for (let row = 0; rows[row]!.totals.length > maxBuckets; row++) {
    const { totals, variances } = rows[row]!;
    const next = (rows[row + 1] ??= { totals: [], variances: [] });
    const [one, other] = totals.splice(0, 2) as [number, number];
    const [within, withinOther] = variances.splice(0, 2) as [number, number];
    const size = 2 ** row;
    next.totals.push(one + other);
    next.variances.push(within + withinOther + (size / 2) * (one / size - other / size) ** 2);
  }
}

/** Over all cuts of the window into an older and a newer part, the difference of their means over the one that chance explains. */
function largestCut({ rows, width, total, variance }: AdwinState, delta: number, shortest: number): number {
  const chance = Math.log((2 * Math.log(width)) / delta);
  let largest = 0;
  let older = 0;
  let olderTotal = 0;
  for (let row = rows.length - 1; row >= 0; row--) {
    for (const bucket of rows[row]!.totals) {
      older += 2 ** row;
      olderTotal += bucket;
      const newer = width - older;
      if (older < shortest || newer < shortest) continue;
      const sizes = 1 / (older - shortest + 1) + 1 / (newer - shortest + 1);
      const allowed = Math.sqrt((2 * sizes * variance * chance) / width) + (2 / 3) * chance * sizes;
      largest = Math.max(largest, Math.abs(olderTotal / older - (total - olderTotal) / newer) / allowed);
    }
  }
  return largest;
}
