import type { Solution, SolverReply, SolverRequest, Solving } from '../solve/newton-cg.js';
import type { LogisticProgram } from './logistic-program.js';

/** One column group of the program: a logistic regression on one subset of the rows with its own penalty. */
export interface Problem {
  readonly subset: number;
  /** L2 penalty a feature and for the intercept (0); NaN holds a coefficient at 0. */
  readonly penalty: Float64Array;
  readonly solving: Solving;
}

interface Active {
  readonly index: number;
  readonly problem: Problem;
  request: SolverRequest;
  probability: Float32Array | Float64Array;
}

/**
 * Runs many minimisations side by side: each round answers the requests of all of them with one call a kind. A problem that has
 * converged leaves, and the products get narrower.
 */
export async function solveTogether(problems: readonly Problem[], program: LogisticProgram): Promise<Solution[]> {
  const solved: Solution[] = [];
  let active = problems.flatMap((problem, index): Active[] => {
    const first = problem.solving.next();
    return first.done ? [] : [{ index, problem, request: first.value, probability: new Float32Array(0) }];
  });
  const advance = (each: Active, reply: SolverReply) => {
    const next = each.problem.solving.next(reply);
    if (next.done) solved[each.index] = next.value;
    else each.request = next.value;
    return !next.done;
  };
  while (active.length > 0) {
    const evaluating = active.filter(({ request }) => request.kind === 'evaluate');
    const bending = active.filter(({ request }) => request.kind === 'curvature');
    const left = new Set<Active>();
    if (evaluating.length > 0) {
      const answers = await program.evaluate(batchOf(evaluating));
      evaluating.forEach((each, i) => {
        const { loss, gradient, probability, curvature } = answers[i]!;
        each.probability = probability.slice();
        const value = loss + addPenalty(each, gradient) / 2;
        if (advance(each, { value, vector: gradient, diagonal: diagonalOf(each, curvature) })) left.add(each);
      });
    }
    if (bending.length > 0) {
      const probabilities = bending.map(({ probability }) => probability);
      const products = await program.curvature(batchOf(bending), probabilities);
      bending.forEach((each, i) => {
        addPenalty(each, products[i]!);
        if (advance(each, { value: 0, vector: products[i]! })) left.add(each);
      });
    }
    active = active.filter((each) => left.has(each));
  }
  return solved;
}

function batchOf(active: readonly Active[]) {
  return { points: active.map(({ request }) => request.point), subsets: active.map(({ problem }) => problem.subset) };
}

/** Adds the penalty's gradient at the requested point and returns the penalty (twice its half). */
function addPenalty({ problem: { penalty }, request: { point } }: Active, sums: Float64Array): number {
  const width = penalty.length;
  let total = 0;
  for (let start = 0; start < point.length; start += width) {
    for (let j = 0; j < width; j++) {
      const w = point[start + j]!;
      const each = penalty[j]!;
      if (Number.isNaN(each)) sums[start + j] = 0;
      else {
        sums[start + j]! += each * w;
        total += each * w * w;
      }
    }
  }
  return total;
}

/** Columns are about standardised, so their curvature is the intercept's. */
function diagonalOf({ problem: { penalty } }: Active, curvature: Float64Array): Float64Array {
  const diagonal = new Float64Array(penalty.length * curvature.length);
  curvature.forEach((own, k) => {
    penalty.forEach((each, j) => (diagonal[k * penalty.length + j] = (Number.isNaN(each) ? 1 : each) + own));
  });
  return diagonal;
}
