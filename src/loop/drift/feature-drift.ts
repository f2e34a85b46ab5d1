import { error } from '../../errors.js';
import { permutation, uniformAt } from '../../ml/random.js';
import { milliseconds, type Duration } from '../../time/duration.js';
import { notYet, type DriftDetector } from './drift-detector.js';
import { energyDistance, mmd, psi, type TwoSample } from './two-sample.js';

export interface FeatureDriftOptions {
  /** What tells two samples apart. Default `mmd`. */
  readonly test?: 'mmd' | 'energy' | 'psi';
  /** Vectors that stand for how things were, the first ones that come. Default 100. */
  readonly reference?: number;
  /** Newest vectors that are held against them, at most half as many. Default 50. */
  readonly recent?: number;
  /**
   * Event time from one vector that is looked at to the next, at least. Default 400 ms: 100 of them span 40 seconds. They have to span what usually comes
   * and goes, however many frames a second there are: where a car fills the picture for four seconds, the frames of four seconds are either all car or
   * none, and nothing else is noticed (test/golden/drift/README.md).
   */
  readonly spacing?: Duration;
  /** Vectors between two tests. Default 10. */
  readonly every?: number;
  /**
   * How many times further than parts of the reference are from each other the newest vectors must be. Default 3, for `energy` 3.5, and 1.75 for `psi`,
   * which grows no more once most bins are empty.
   */
  readonly margin?: number;
  /** And how seldom chance alone may bring them so far, by a permutation test. Default 0.01. */
  readonly alpha?: number;
  /** Permutations of a test. Default 200. */
  readonly permutations?: number;
  /** Longer vectors are projected to so many random directions, which keeps distances (Johnson & Lindenstrauss). Default 32. */
  readonly dimensions?: number;
  readonly seed?: number;
}

export interface FeatureDriftState {
  /** Of a vector as it is kept. */
  width: number;
  /** Row-major, as `recent` is: one array a state, which a store writes in one piece. */
  reference: Float32Array;
  /** How far parts of the reference are from the rest of it; NaN until it is complete. */
  usual: number;
  recent: Float32Array;
  /** Vectors since the last test. */
  since: number;
  /** Event time of the last vector that was looked at. */
  at: number;
}

/** Above what two real cameras show while nothing happens to them: 2.7, 3.3 and 1.6 at most. */
const margins: Readonly<Record<'mmd' | 'energy' | 'psi', number>> = { mmd: 3, energy: 3.5, psi: 1.75 };
const tests: Readonly<Record<'mmd' | 'energy' | 'psi', TwoSample>> = { mmd, energy: energyDistance, psi };

/**
 * Holds the newest feature vectors against the first ones. Frames of one moment are alike, so that any two moments differ more than chance explains:
 * it alarms where the newest vectors are `margin` times further from the reference than any part of the reference, as long as they are, is from the
 * rest of it, and a permutation test agrees. `statistic` is that multiple. After a drift the newest vectors begin the new reference.
 *
 * @throws HW_DRIFT for a reference that is not twice as long as what is held against it
 */
export function featureDrift({
  test = 'mmd',
  reference = 100,
  recent = 50,
  spacing = 400,
  every = 10,
  margin = margins[test],
  alpha = 0.01,
  permutations = 200,
  dimensions = 32,
  seed = 0,
}: FeatureDriftOptions = {}): DriftDetector<Float32Array, FeatureDriftState> {
  if (recent < 2 || reference < 2 * recent) throw error('HW_DRIFT', { reference, recent });
  const project = projection(dimensions, seed);
  const twoSample = tests[test];
  const spacingMs = milliseconds(spacing);
  return {
    name: test,
    settled: ['reference'],
    seed: () => ({ width: 0, reference: new Float32Array(), usual: NaN, recent: new Float32Array(), since: 0, at: -Infinity }),
    update(state, value, at) {
      if (Math.abs(at - state.at) < spacingMs) return notYet;
      const vector = project(value);
      const width = vector.length;
      if (state.width !== width) Object.assign(state, this.seed(), { width }); // another featurizer's
      state.at = at;
      if (state.reference.length < reference * width) {
        state.reference = joined(state.reference, vector);
        if (state.reference.length === reference * width) {
          const rows = rowsOf(state.reference, width);
          state.usual = Math.max(distanceOfParts(twoSample, rows, recent), distanceByChance(twoSample, rows, recent, seed));
        }
        return notYet;
      }
      state.recent = joined(state.recent, vector).slice(-recent * width);
      state.since += 1;
      if (state.recent.length < recent * width || state.since < every) return notYet;
      state.since = 0;
      const [before, now] = [rowsOf(state.reference, width), rowsOf(state.recent, width)];
      const distance = distanceOf(twoSample, before, now);
      const drift = distance > margin * state.usual && permutationProbability(twoSample, before, now, { permutations, seed }) <= alpha;
      const statistic = distance / state.usual;
      if (drift) Object.assign(state, { reference: state.recent, usual: NaN, recent: new Float32Array() });
      return { drift, statistic };
    },
  };
}

function joined(vectors: Float32Array, vector: Float32Array): Float32Array {
  const all = new Float32Array(vectors.length + vector.length);
  all.set(vectors);
  all.set(vector, vectors.length);
  return all;
}

function rowsOf(vectors: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: vectors.length / width }, (_, row) => vectors.subarray(row * width, (row + 1) * width));
}

function distanceOf(test: TwoSample, one: readonly Float32Array[], other: readonly Float32Array[]): number {
  return test([...one, ...other], one.length)(marks(one.length, other.length));
}

/** The largest distance from its rest of any of the half overlapping parts of `size` rows. */
function distanceOfParts(test: TwoSample, rows: readonly Float32Array[], size: number): number {
  let largest = 0;
  for (let from = 0; from + size <= rows.length; from += size >> 1) {
    const rest = [...rows.slice(0, from), ...rows.slice(from + size)];
    largest = Math.max(largest, distanceOf(test, rest, rows.slice(from, from + size)));
  }
  return largest;
}

/** Parts that are drawn to see what chance alone makes of them. */
const DRAWS = 20;

/** The largest distance from its rest of some parts of `size` rows that are drawn at random: more than 0 where parts that follow each other do not differ. */
function distanceByChance(test: TwoSample, rows: readonly Float32Array[], size: number, seed: number): number {
  const statisticOf = test(rows, rows.length - size);
  const distances = Array.from({ length: DRAWS }, (_, draw) => {
    const mark = marks(0, rows.length);
    for (const row of permutation(rows.length, seed + draw).subarray(size)) mark[row] = 1;
    return statisticOf(mark);
  });
  return Math.max(...distances);
}

/** How often two samples drawn at random from the pooled rows are at least as far apart as these. */
export function permutationProbability(
  test: TwoSample,
  reference: readonly Float32Array[],
  recent: readonly Float32Array[],
  { permutations, seed }: { readonly permutations: number; readonly seed: number },
): number {
  const statisticOf = test([...reference, ...recent], reference.length);
  const mark = marks(reference.length, recent.length);
  const statistic = statisticOf(mark);
  let atLeast = 1;
  for (let round = 0; round < permutations; round++) {
    mark.fill(0);
    for (const row of permutation(mark.length, seed + round).subarray(0, reference.length)) mark[row] = 1;
    if (statisticOf(mark) >= statistic) atLeast += 1;
  }
  return atLeast / (permutations + 1);
}

function marks(one: number, other: number): Uint8Array {
  return new Uint8Array(one + other).fill(1, 0, one);
}

/** Projects vectors to `dimensions` directions of random signs; those that have no more stay as they are. */
function projection(dimensions: number, seed: number): (vector: Float32Array) => Float32Array {
  let signs = new Float32Array();
  return (vector) => {
    const d = vector.length;
    if (d <= dimensions) return Float32Array.from(vector);
    if (signs.length !== dimensions * d)
      signs = Float32Array.from({ length: dimensions * d }, (_, index) => (uniformAt(seed, index) < 0.5 ? 1 : -1));
    return Float32Array.from({ length: dimensions }, (_, direction) => {
      let total = 0;
      for (let index = 0; index < d; index++) total += signs[direction * d + index]! * vector[index]!;
      return total / Math.sqrt(dimensions);
    });
  };
}
