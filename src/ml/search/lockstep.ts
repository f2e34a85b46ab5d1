import type { Solution, SolverReply, SolverRequest, Solving } from '../solve/newton-cg.js';
import type { Answer, LogisticProgram } from './logistic-program.js';

/** One column group of the program: a logistic regression on one subset of the rows with its own penalty. */
export interface Problem {
  readonly subset: number;
  /** L2 penalty a feature and for the intercept (0); NaN holds a coefficient at 0. */
  readonly penalty: Float64Array;
  readonly solving: Solving;
  /** Takes the solution, and gives the problems that begin where this one ended. */
  readonly solved: (solution: Solution) => readonly Problem[];
}

interface Active {
  readonly problem: Problem;
  readonly request: SolverRequest;
  /** The last point that was evaluated. */
  readonly place: Float64Array;
}

/**
 * Runs many minimisations side by side: each round answers the requests of all of them at once. A problem that has converged leaves, and those
 * that follow from it join at once, so that the last of one generation share their products with the first of the next.
 */
export async function solveTogether(problems: readonly Problem[], program: LogisticProgram): Promise<void> {
  let active = problems.flatMap(begin);
  while (active.length > 0) {
    const answers = await program.answer(
      active.map(({ problem: { subset }, request: { kind, point }, place }) => ({
        subset,
        point,
        ...(kind === 'curvature' && { at: place }),
      })),
    );
    active = active.flatMap((each, i) => proceed(each.problem, each.problem.solving.next(replyOf(each, answers[i]!)), each.place));
  }
}

function begin(problem: Problem): Active[] {
  return proceed(problem, problem.solving.next(), new Float64Array(0));
}

function proceed(problem: Problem, next: IteratorResult<SolverRequest, Solution>, place: Float64Array): Active[] {
  if (next.done) return problem.solved(next.value).flatMap(begin);
  return [{ problem, request: next.value, place: next.value.kind === 'evaluate' ? next.value.point : place }];
}

/** The answer with the penalty's share. */
function replyOf({ problem: { penalty }, request: { point } }: Active, { vector, evaluation }: Answer): SolverReply {
  const sums = new Float64Array(point.length);
  let total = 0;
  for (let i = 0, j = 0; i < point.length; i++, j++) {
    if (j === penalty.length) j = 0;
    const w = point[i]!;
    const pull = penalty[j]! * w;
    if (Number.isNaN(pull)) continue;
    sums[i] = vector[i]! + pull;
    total += pull * w;
  }
  if (evaluation === undefined) return { value: 0, vector: sums };
  return { value: evaluation.loss + total / 2, vector: sums, diagonal: diagonalOf(penalty, evaluation.curvature) };
}

/** Columns are about standardised, so their curvature is the intercept's. */
function diagonalOf(penalty: Float64Array, curvature: Answer['vector']): Float64Array {
  const width = penalty.length;
  const diagonal = new Float64Array(width * curvature.length);
  for (let k = 0; k < curvature.length; k++) {
    for (let j = 0; j < width; j++) diagonal[k * width + j] = curvature[k]! + (Number.isNaN(penalty[j]) ? 1 : penalty[j]!);
  }
  return diagonal;
}
