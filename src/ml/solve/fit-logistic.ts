import { LogisticLoss } from './logistic-loss.js';
import { scaledPenalties, type ElasticNet } from './elastic-net.js';
import { newtonCg } from './newton-cg.js';
import { orthantNewton } from './orthant-newton.js';
import { solve } from './solve.js';
import { columnMoments, standardise, type Rows } from './standardise.js';
import { dot } from './vector-math.js';

export interface LogisticFit extends ElasticNet {
  /** Features, n x d, row-major, as they are. */
  readonly x: Rows;
  readonly width: number;
  /** Class of each row, 0 to classes - 1; a class may have no row. */
  readonly y: Int32Array;
  readonly classes: number;
  readonly weights: Float64Array;
  readonly fitIntercept: boolean;
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** Coefficients for features as they are: one vector for two classes (sigmoid for class 1), else one a class (softmax). */
export interface LinearClassifier {
  /** vectors x d. */
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * Minimises `sum w_i logloss_i / sum w + regParam ((1 - a) / 2 |b|^2 + a |b|_1)`, a = elasticNetParam, intercept free: Spark ML's objective; scikit-learn's `C` is
 * `1 / (regParam * sum w)`. A class without rows gets the intercept -Infinity, so probability 0. Equal input gives equal bytes.
 */
export function fitLogistic(fit: LogisticFit): LinearClassifier {
  const present = presentClasses(fit);
  if (present.length < 2) return constant(fit, present[0] ?? 0);
  if (present.length < fit.classes) return spreadClasses(fit, present);
  const { width, classes, fitIntercept } = fit;
  const { mean, deviation } = columnMoments(fit.x, width, fit.weights);
  const centre = fitIntercept ? mean : new Float64Array(width);
  const { l1, l2 } = scaledPenalties(fit, deviation);
  const loss = new LogisticLoss({
    x: standardise(fit.x, { mean: centre, deviation }),
    width,
    y: fit.y,
    classes,
    weights: fit.weights,
    penalty: l2,
    fitIntercept,
  });
  const options = { tolerance: fit.tolerance, maxIterations: fit.maxIterations };
  const begin = start(fit, loss);
  const lasso = fit.regParam * fit.elasticNetParam > 0;
  const solving = lasso ? orthantNewton(begin, everyVector(l1, loss.vectors, fitIntercept), options) : newtonCg(begin, options);
  const { point, converged, iterations } = solve(loss, solving);
  return { ...unscale(point, loss.vectors, centre, deviation, fitIntercept), converged, iterations };
}

function presentClasses({ y, weights, classes }: LogisticFit): number[] {
  const counts = new Float64Array(classes);
  y.forEach((label, row) => (counts[label]! += weights[row]!));
  return Array.from(counts.keys()).filter((label) => counts[label]! > 0);
}

/** Zero, with the intercepts that give the classes' shares: the optimum for an infinite penalty. */
function start({ y, weights, width, fitIntercept }: LogisticFit, { size, vectors }: LogisticLoss): Float64Array {
  const w = new Float64Array(size);
  if (!fitIntercept) return w;
  const counts = new Float64Array(Math.max(2, vectors));
  y.forEach((label, row) => (counts[label]! += weights[row]!));
  if (vectors === 1) w[width] = Math.log(counts[1]! / counts[0]!);
  else counts.forEach((count, label) => (w[label * (width + 1) + width] = Math.log(count)));
  return w;
}

/** The penalty of each coefficient of every vector; none on intercepts. */
export function everyVector(penalty: Float64Array, vectors: number, fitIntercept: boolean): Float64Array {
  const stride = penalty.length + (fitIntercept ? 1 : 0);
  const all = new Float64Array(vectors * stride);
  for (let k = 0; k < vectors; k++) all.set(penalty, k * stride);
  return all;
}

/** Coefficients of columns as they are, from those of columns that were centred and divided by `deviation`. */
export function unscale(w: Float64Array, vectors: number, centre: Float64Array, deviation: Float64Array, fitIntercept: boolean) {
  const width = centre.length;
  const stride = width + (fitIntercept ? 1 : 0);
  const coefficients = new Float64Array(vectors * width);
  const intercepts = new Float64Array(vectors);
  for (let k = 0; k < vectors; k++) {
    const own = coefficients.subarray(k * width, (k + 1) * width);
    for (let j = 0; j < width; j++) own[j] = deviation[j]! > 0 ? w[k * stride + j]! / deviation[j]! : 0;
    intercepts[k] = fitIntercept ? w[k * stride + width]! - dot(centre, own) : 0;
  }
  if (fitIntercept && vectors > 1) {
    const shift = intercepts.reduce((sum, value) => sum + value, 0) / vectors;
    for (let k = 0; k < vectors; k++) intercepts[k]! -= shift;
  }
  return { coefficients, intercepts };
}

/** Fits the classes that have rows and gives the others probability 0. */
function spreadClasses(fit: LogisticFit, present: readonly number[]): LinearClassifier {
  const dense = Int32Array.from(fit.y, (label) => Math.max(0, present.indexOf(label)));
  const { coefficients, intercepts, ...rest } = fitLogistic({ ...fit, y: dense, classes: present.length });
  const { width } = fit;
  const all = new Float64Array(fit.classes * width);
  const free = new Float64Array(fit.classes).fill(-Infinity);
  present.forEach((label, k) => {
    const vector = present.length > 2 ? k : k - 1;
    free[label] = vector < 0 ? 0 : intercepts[vector]!;
    if (vector >= 0) all.set(coefficients.subarray(vector * width, (vector + 1) * width), label * width);
  });
  return { coefficients: all, intercepts: free, ...rest };
}

function constant({ classes, width }: LogisticFit, only: number): LinearClassifier {
  const vectors = classes === 2 ? 1 : classes;
  const intercepts = new Float64Array(vectors).fill(-Infinity);
  if (classes > 1 && vectors === 1) intercepts[0] = only === 1 ? Infinity : -Infinity;
  else intercepts[only] = 0;
  return { coefficients: new Float64Array(vectors * width), intercepts, converged: true, iterations: 0 };
}
