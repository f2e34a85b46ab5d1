import type { ElasticNet } from '../solve/elastic-net.js';
import { everyVector } from '../solve/fit-logistic.js';
import { newtonCg, type Solution } from '../solve/newton-cg.js';
import { orthantNewton } from '../solve/orthant-newton.js';
import { columnMoments, type ColumnMoments } from '../solve/standardise.js';
import type { Fold } from '../selection/fold.js';
import { solveTogether, type Problem } from './lockstep.js';
import { LogisticProgram } from './logistic-program.js';
import { combineSolutions } from './combine-solutions.js';
import { foldDeviations, variesIn } from './subset-moments.js';

/** A point of a grid over logistic regression. */
type HeadPoint = ElasticNet;

/** Plain data: it travels to the search's thread. */
export interface HeadSearchTask {
  /** Features, n x width, row-major. */
  readonly x: Float32Array;
  readonly width: number;
  readonly y: Int32Array;
  readonly classes: number;
  /** A weight a row. */
  readonly weights: Float64Array;
  readonly folds: readonly Fold[];
  readonly points: readonly HeadPoint[];
  /** Each objective ends within this share of its optimum. */
  readonly gap: number;
  readonly threads: number;
}

/** What became of one point in one fold. */
export interface FoldOutcome {
  /** Margins of the fold's test rows, rows x vectors: one vector for two classes, else one a class. */
  readonly margins: Float32Array;
  /** Mean log loss and penalty on the training rows, where it ended. */
  readonly objective: number;
  readonly gradientNorm: number;
  readonly iterations: number;
  /** How far two margins of each test row moved apart in the last step, at most. */
  readonly moved: Float32Array;
}

/** Called between two levels of precision with the points in the race, by their place in the task; answers with those to solve more precisely. */
export type KeepRunners = (gap: number, outcomes: ReadonlyMap<number, readonly FoldOutcome[]>) => Promise<readonly number[]>;

/** What a search asks and tells on its way. */
export interface SearchHooks {
  /** Makes it a race. */
  readonly keep?: KeepRunners;
  /** Takes the number of fits (a point in a fold) that have just ended, solved or left. */
  readonly ended?: (fits: number) => void;
}

/** Levels at which a race looks at its points: about one Newton step each. */
const RACE_GAPS: readonly number[] = [1e-2, 1e-3, 1e-4, 1e-5];
/** Of float32 arithmetic over some thousand rows. */
const ROUNDING = 1e-6;
/** Solutions of stronger penalties that a start is combined of: further ones save less than they cost. */
const SPAN = 3;
/** As near as such a start has to be: further on, a Newton step is worth more. */
const START_GAP = 1e-3;

/**
 * Fits every point of a grid on every fold as columns of one program. Each fold goes along the path of penalties, from the strongest to the
 * weakest, and begins each one where a combination of the solutions before is best. Standardisation is each fold's own: its deviations
 * scale the penalty, which is all that it changes. Returns outcomes by point and fold. With `keep` the folds are solved level by level, and a
 * point that it leaves out stays as it is.
 */
export async function searchHeads(task: HeadSearchTask, { keep, ended }: SearchHooks = {}): Promise<FoldOutcome[][]> {
  const { points, folds, gap, width, y } = task;
  const whole = columnMoments(task.x, width, task.weights);
  const subsets = subsetsOf(task);
  const data = { x: standardised(task, whole), width: width + 1, y, vectors: vectorsOf(task.classes), subsets };
  const inFold = points.some(({ standardization }) => standardization)
    ? foldDeviations(data.x, width + 1, task.weights, folds)
    : folds.map(({ train }) => variesIn(data.x, width + 1, task.weights, train));
  const program = await LogisticProgram.open(data, task.threads);
  try {
    const reached: Solution[][] = points.map(() => []);
    /** Point `p` in fold `f`; afterwards the problems of `next`. */
    const problem = (p: number, f: number, start: Float64Array, wanted: number, next: () => Problem[] = () => []): Problem => {
      const { l1, l2 } = penaltiesOf(points[p]!, whole.deviation, inFold[f]!);
      const options = { tolerance: 1e-9, gap: wanted, maxIterations: 200, rounding: ROUNDING };
      const solving = isLasso(points[p]!) ? orthantNewton(start, everyVector(l1, data.vectors, false), options) : newtonCg(start, options);
      const solved = (solution: Solution) => {
        reached[p]![f] = solution;
        if (wanted === gap) ended?.(1);
        return next();
      };
      return { subset: f, penalty: l2, solving, solved };
    };
    const startOf = (p: number, f: number, before: readonly number[], level: number): Float64Array => {
      const known = before.map((each) => reached[each]![f]!.point);
      if (known.length === 0) return new Float64Array(data.vectors * data.width);
      if (isLasso(points[p]!)) return known.at(-1)!;
      const { l2: penalty } = penaltiesOf(points[p]!, whole.deviation, inFold[f]!);
      const weights = subsets.subarray(f * y.length, (f + 1) * y.length);
      return combineSolutions(
        known.map((point) => ({ point, margins: program.marginsAt(point) })),
        { y, vectors: data.vectors, rows: folds[f]!.train, weights, penalty },
        Math.max(START_GAP, level),
      );
    };
    const walk = (path: readonly number[], f: number, at: number, wanted: number): Problem[] => {
      const p = path[at];
      if (p === undefined) return [];
      const start = startOf(p, f, path.slice(Math.max(0, at - SPAN), at), wanted);
      return [problem(p, f, start, wanted, () => walk(path, f, at + 1, wanted))];
    };

    const paths = pathsOf(points);
    const outcomes = new Map<number, readonly FoldOutcome[]>();
    let running = points.map((_, p) => p);
    for (const level of keep && points.length > 1 ? [...RACE_GAPS.filter((each) => each > gap), gap] : [gap]) {
      if (level > gap && running.length === 1) continue;
      const jobs =
        outcomes.size === 0
          ? paths.flatMap((path) => folds.flatMap((_, f) => walk(path, f, 0, level)))
          : running.flatMap((p) => folds.map((_, f) => problem(p, f, reached[p]![f]!.point, level)));
      await solveTogether(jobs, program);
      for (const p of running) {
        const own = reached[p]!.map(({ point, before, value, gradientNorm, iterations }, f): FoldOutcome => {
          const [margins, then] = [point, before].map((each) => rowsOf(program.marginsAt(each), data.vectors, folds[f]!.test));
          return { margins: margins!, objective: value, gradientNorm, iterations, moved: movedApart(margins!, then!, data.vectors) };
        });
        outcomes.set(p, own);
      }
      if (keep && level > gap) {
        const stay = new Set(await keep(level, new Map(running.map((p) => [p, outcomes.get(p)!]))));
        const left = running.filter((p) => !stay.has(p));
        running = running.filter((p) => stay.has(p));
        ended?.(left.length * folds.length);
        if (running.length === 0) break;
      }
    }
    return points.map((_, p) => [...outcomes.get(p)!]);
  } finally {
    await program.close();
  }
}

function isLasso({ regParam, elasticNetParam }: HeadPoint): boolean {
  return regParam * elasticNetParam > 0;
}

/** The points that differ in the strength of their penalty alone, the strongest first. */
function pathsOf(points: readonly HeadPoint[]): number[][] {
  const paths = new Map<string, number[]>();
  points.forEach(({ elasticNetParam, standardization }, p) => {
    const kind = `${elasticNetParam} ${standardization}`;
    paths.set(kind, [...(paths.get(kind) ?? []), p]);
  });
  return Array.from(paths.values(), (path) => path.sort((a, b) => points[b]!.regParam - points[a]!.regParam));
}

/**
 * For coefficients in units of the whole data's deviations, and the intercept (0); NaN where a column is constant in the subset, so that its
 * deviation there is 0. Only standardisation asks how large the others are.
 */
function penaltiesOf(point: HeadPoint, whole: Float64Array, inSubset: Float64Array): { l1: Float64Array; l2: Float64Array } {
  const l1 = new Float64Array(whole.length + 1);
  const l2 = new Float64Array(whole.length + 1);
  whole.forEach((deviation, j) => {
    const unit = point.standardization ? inSubset[j]! : 1 / deviation;
    l1[j] = inSubset[j] === 0 ? 0 : point.regParam * point.elasticNetParam * unit;
    l2[j] = inSubset[j] === 0 ? NaN : point.regParam * (1 - point.elasticNetParam) * unit ** 2;
  });
  return { l1, l2 };
}

/** The largest change of the difference of two margins, a row; a lone margin stands against 0. */
function movedApart(now: Float32Array, before: Float32Array, vectors: number): Float32Array {
  const moved = new Float32Array(now.length / vectors);
  for (let row = 0; row < moved.length; row++) {
    let [low, high] = vectors === 1 ? [0, 0] : [Infinity, -Infinity];
    for (let k = row * vectors; k < (row + 1) * vectors; k++) {
      const change = now[k]! - before[k]!;
      if (change < low) low = change;
      if (change > high) high = change;
    }
    moved[row] = high - low;
  }
  return moved;
}

/** The margins of some rows, rows x vectors, out of those of all, vectors x n. */
function rowsOf(margins: Float32Array | Float64Array, vectors: number, rows: Int32Array): Float32Array {
  const n = margins.length / vectors;
  const own = new Float32Array(rows.length * vectors);
  for (let row = 0; row < rows.length; row++) {
    for (let k = 0; k < vectors; k++) own[row * vectors + k] = margins[k * n + rows[row]!]!;
  }
  return own;
}

function vectorsOf(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** Standardised by the whole data's moments, with a last column of ones. */
function standardised({ x, width, y }: HeadSearchTask, { mean, deviation }: ColumnMoments): Float32Array {
  const scale = deviation.map((value) => (value > 0 ? 1 / value : 0));
  const out = new Float32Array(y.length * (width + 1));
  for (let row = 0; row < y.length; row++) {
    const [from, to] = [row * width, row * (width + 1)];
    for (let j = 0; j < width; j++) out[to + j] = (x[from + j]! - mean[j]!) * scale[j]!;
    out[to + width] = 1;
  }
  return out;
}

/** Row weights of each fold's training rows; each fold's sum to 1. */
function subsetsOf({ y, weights, folds }: HeadSearchTask): Float64Array {
  const subsets = new Float64Array(folds.length * y.length);
  folds.forEach(({ train }, f) => {
    const total = train.reduce((sum, row) => sum + weights[row]!, 0);
    for (const row of train) subsets[f * y.length + row] = weights[row]! / total;
  });
  return subsets;
}
