import type { ElasticNet } from '../solve/elastic-net.js';
import { everyVector } from '../solve/fit-logistic.js';
import { newtonCg } from '../solve/newton-cg.js';
import { orthantNewton } from '../solve/orthant-newton.js';
import { columnMoments, type ColumnMoments } from '../solve/standardise.js';
import type { Fold } from '../selection/fold.js';
import { solveTogether, type Problem } from './lockstep.js';
import { LogisticProgram } from './logistic-program.js';
import { foldDeviations } from './subset-moments.js';

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
  /** How far two margins of each test row moved apart since the level before, at most; Infinity at the first level. */
  readonly moved: Float32Array;
}

/** Called between two levels of precision with the points in the race, by their place in the task; answers with those that stay. */
export type KeepRunners = (gap: number, outcomes: ReadonlyMap<number, readonly FoldOutcome[]>) => Promise<readonly number[]>;

/** Loose: the whole data's solution is only a start for the folds'. */
const START_GAP = 1e-3;
/** Levels at which a race looks at its points: about one Newton step each. */
const RACE_GAPS: readonly number[] = [1e-2, 1e-3, 1e-4, 1e-5];
/** Of float32 arithmetic over some thousand rows. */
const ROUNDING = 1e-6;

/**
 * Fits every point of a grid on every fold as columns of one program: all points on the whole data first, roughly, then every fold from
 * there, to the wanted gap. Standardisation is each fold's own: its deviations scale the penalty, which is all that it changes. Returns
 * outcomes by point and fold. With `keep` the folds are solved level by level, and a point that it leaves out stays where it is.
 */
export async function searchHeads(task: HeadSearchTask, keep?: KeepRunners): Promise<FoldOutcome[][]> {
  const { points, folds, gap, width } = task;
  const whole = columnMoments(task.x, width, task.weights);
  const data = { x: standardised(task, whole), width: width + 1, y: task.y, vectors: vectorsOf(task.classes), subsets: subsetsOf(task) };
  const all = whole.deviation.map((deviation) => (deviation > 0 ? 1 : 0));
  const inSubset = [all, ...foldDeviations(data.x, width + 1, task.weights, folds)];
  const program = await LogisticProgram.open(data, task.threads);
  try {
    const problem = (point: HeadPoint, subset: number, start: Float64Array, wanted: number): Problem => {
      const { l1, l2 } = penaltiesOf(point, whole.deviation, inSubset[subset]!);
      const options = { tolerance: 1e-9, gap: wanted, maxIterations: 200, rounding: ROUNDING };
      const lasso = point.regParam * point.elasticNetParam > 0;
      const solving = lasso ? orthantNewton(start, everyVector(l1, data.vectors, false), options) : newtonCg(start, options);
      return { subset, penalty: l2, solving };
    };
    const zero = new Float64Array(data.vectors * data.width);
    const starts = await solveTogether(
      points.map((point) => problem(point, 0, zero, START_GAP)),
      program,
    );
    const reached = starts.map(({ point }) => folds.map(() => point));
    const outcomes = new Map<number, readonly FoldOutcome[]>();
    let running = points.map((_, p) => p);
    for (const level of keep ? [...RACE_GAPS.filter((each) => each > gap), gap] : [gap]) {
      if (level > gap && running.length === 1) continue;
      const jobs = running.flatMap((p) => folds.map((_, f) => problem(points[p]!, f + 1, reached[p]![f]!, level)));
      const solved = await solveTogether(jobs, program);
      const margins = await program.margins(solved.map(({ point }) => point));
      for (const [r, p] of running.entries()) {
        const before = outcomes.get(p);
        outcomes.set(
          p,
          folds.map(({ test }, f): FoldOutcome => {
            const job = r * folds.length + f;
            const { point, value, gradientNorm, iterations } = solved[job]!;
            reached[p]![f] = point;
            const own = rowsOf(margins[job]!, data.vectors, test);
            return { margins: own, objective: value, gradientNorm, iterations, moved: movedApart(own, before?.[f]?.margins, data.vectors) };
          }),
        );
      }
      if (keep && level > gap) {
        const stay = new Set(await keep(level, new Map(running.map((p) => [p, outcomes.get(p)!]))));
        running = running.filter((p) => stay.has(p));
        if (running.length === 0) break;
      }
    }
    return points.map((_, p) => [...outcomes.get(p)!]);
  } finally {
    await program.close();
  }
}

/** For coefficients in units of the whole data's deviations, and the intercept (0); NaN where a column is constant in the subset. */
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
function movedApart(now: Float32Array, before: Float32Array | undefined, vectors: number): Float32Array {
  const moved = new Float32Array(now.length / vectors).fill(Infinity);
  if (before === undefined) return moved;
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

function rowsOf(margins: Float32Array | Float64Array, vectors: number, rows: Int32Array): Float32Array {
  const n = margins.length / vectors;
  return Float32Array.from({ length: rows.length * vectors }, (_, at) => margins[(at % vectors) * n + rows[Math.floor(at / vectors)]!]!);
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

/** Row weights of the whole data and of each fold's training rows; each sums to 1. */
function subsetsOf({ y, weights, folds }: HeadSearchTask): Float64Array {
  const n = y.length;
  const subsets = new Float64Array((folds.length + 1) * n);
  subsets.set(weights);
  folds.forEach(({ train }, f) => train.forEach((row) => (subsets[(f + 1) * n + row] = weights[row]!)));
  for (let s = 0; s <= folds.length; s++) {
    const own = subsets.subarray(s * n, (s + 1) * n);
    const total = own.reduce((sum, weight) => sum + weight, 0);
    own.forEach((weight, row) => (own[row] = weight / total));
  }
  return subsets;
}
