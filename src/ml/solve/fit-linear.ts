import { newtonCg } from './newton-cg.js';
import { orthantNewton } from './orthant-newton.js';
import { solve } from './solve.js';
import { SquaredLoss } from './squared-loss.js';
import { columnMoments, standardise, type Rows } from './standardise.js';
import { dot } from './vector-math.js';

export interface LinearFit {
  readonly x: Rows;
  readonly width: number;
  readonly y: Float64Array;
  readonly weights: Float64Array;
  readonly fitIntercept: boolean;
  /** A column of one value can stand for an intercept where there is none (scikit-learn); else it gets 0 (Spark, glmnet). */
  readonly useConstants?: boolean;
  /** Penalties on the coefficients of columns divided by their population deviation, given those deviations and the label's. */
  readonly penalties: (deviation: Float64Array, labelDeviation: number) => { readonly l1: Float64Array; readonly l2: Float64Array };
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface LinearModelCoefficients {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** Minimises half the weighted mean squared error plus penalties, intercept free, on standardised columns and label. */
export function fitLinear({
  x,
  width,
  y,
  weights,
  fitIntercept,
  useConstants = false,
  penalties,
  tolerance,
  maxIterations,
}: LinearFit): LinearModelCoefficients {
  const { mean, deviation: spread } = columnMoments(x, width, weights, 'population');
  const deviation = useConstants && !fitIntercept ? spread.map((value, j) => value || Math.abs(mean[j]!)) : spread;
  const label = columnMoments(y, 1, weights, 'population');
  const labelDeviation = label.deviation[0]! > 0 ? label.deviation[0]! : 1;
  const centre = fitIntercept ? mean : new Float64Array(width);
  const level = fitIntercept ? label.mean[0]! : 0;
  const { l1, l2 } = penalties(deviation, labelDeviation);
  const target = y.map((value) => (value - level) / labelDeviation);
  const loss = new SquaredLoss(standardise(x, { mean: centre, deviation }), target, weights, l2);
  const options = { tolerance, maxIterations };
  const start = new Float64Array(width);
  // In units of the label's deviation the L1 penalty weighs that much less.
  const lasso = l1.map((value) => value / labelDeviation);
  const { point } = solve(loss, lasso.some((value) => value > 0) ? orthantNewton(start, lasso, options) : newtonCg(start, options));
  const coefficients = point.map((value, j) => (deviation[j]! > 0 ? (value * labelDeviation) / deviation[j]! : 0));
  return { coefficients, intercept: fitIntercept ? level - dot(coefficients, centre) : 0 };
}
