import { permutation, uniformAt } from '../../ml/random.js';
import { notYet, type DriftDetector } from './drift-detector.js';
import { energyDistance, mmd, psi, type TwoSample } from './two-sample.js';

export interface FeatureDriftOptions {
  /** What tells two samples apart. Default `mmd`. */
  readonly test?: 'mmd' | 'energy' | 'psi';
  /** Vectors that stand for how things were, the first ones that come. Default 100. */
  readonly reference?: number;
  /** Newest vectors that are held against them. Default 50. */
  readonly recent?: number;
  /** Vectors between two tests. Default 10. */
  readonly every?: number;
  /** Probability of a false alarm of one test. Default 0.01. */
  readonly alpha?: number;
  /** Permutations of a test. Default 200. */
  readonly permutations?: number;
  /** Neighbours that are permuted together, since frames of a moment are alike: the time in which they cease to be, in vectors. Default 10. */
  readonly block?: number;
  /** Longer vectors are projected to so many random directions, which keeps distances (Johnson & Lindenstrauss). Default 32. */
  readonly dimensions?: number;
  readonly seed?: number;
}

export interface FeatureDriftState {
  reference: Float32Array[];
  recent: Float32Array[];
  /** Vectors since the last test. */
  since: number;
}

const tests: Readonly<Record<'mmd' | 'energy' | 'psi', TwoSample>> = { mmd, energy: energyDistance, psi };

/**
 * Holds the newest feature vectors against the first ones with a permutation test (`statistic` is the test's, its probability decides). After a drift the
 * newest vectors are the new reference.
 */
export function featureDrift({
  test = 'mmd',
  reference = 100,
  recent = 50,
  every = 10,
  alpha = 0.01,
  permutations = 200,
  block = 10,
  dimensions = 32,
  seed = 0,
}: FeatureDriftOptions = {}): DriftDetector<Float32Array, FeatureDriftState> {
  const project = projection(dimensions, seed);
  return {
    name: test,
    seed: () => ({ reference: [], recent: [], since: 0 }),
    update(state, value) {
      const vector = project(value);
      if (state.reference.length < reference) {
        state.reference.push(vector);
        return notYet;
      }
      state.recent.push(vector);
      if (state.recent.length > recent) state.recent.shift();
      state.since += 1;
      if (state.recent.length < recent || state.since < every) return notYet;
      state.since = 0;
      const { statistic, probability } = permutationTest(tests[test], state, { permutations, block, seed });
      const drift = probability <= alpha;
      if (drift) Object.assign(state, { reference: state.recent, recent: [] });
      return { drift, statistic };
    },
  };
}

/** The statistic of two samples, and how often one at least as large comes of assigning their blocks at random. */
export function permutationTest(
  test: TwoSample,
  { reference, recent }: Pick<FeatureDriftState, 'reference' | 'recent'>,
  { permutations, block, seed }: { readonly permutations: number; readonly block: number; readonly seed: number },
): { statistic: number; probability: number } {
  const n = reference.length + recent.length;
  const statisticOf = test([...reference, ...recent], reference.length);
  const mark = Uint8Array.from({ length: n }, (_, row) => (row < reference.length ? 1 : 0));
  const statistic = statisticOf(mark);
  let atLeast = 1;
  for (let round = 0; round < permutations; round++) {
    const blocks = permutation(Math.ceil(n / block), seed + round);
    const rows = Array.from(blocks).flatMap((at) =>
      Array.from({ length: Math.min(block, n - at * block) }, (_, index) => at * block + index),
    );
    mark.fill(0);
    for (const row of rows.slice(0, reference.length)) mark[row] = 1;
    if (statisticOf(mark) >= statistic) atLeast += 1;
  }
  return { statistic, probability: atLeast / (permutations + 1) };
}

/** Projects vectors to `dimensions` directions of random signs; those that have no more stay as they are. */
function projection(dimensions: number, seed: number): (vector: Float32Array) => Float32Array {
  let signs = new Int8Array();
  return (vector) => {
    const d = vector.length;
    if (d <= dimensions) return Float32Array.from(vector);
    if (signs.length !== dimensions * d)
      signs = Int8Array.from({ length: dimensions * d }, (_, index) => (uniformAt(seed, index) < 0.5 ? 1 : -1));
    return Float32Array.from({ length: dimensions }, (_, direction) => {
      let total = 0;
      for (let index = 0; index < d; index++) total += signs[direction * d + index]! * vector[index]!;
      return total / Math.sqrt(dimensions);
    });
  };
}
