import { error } from '../../errors.js';
import { fitLogistic } from '../solve/fit-logistic.js';
import { Head } from './head.js';

export interface HeadOptions {
  readonly name?: string;
  /** Penalty on the coefficients of standardised features; scikit-learn's `C` is `1 / (regParam * n)`. Default 0.01. */
  readonly regParam?: number;
  /** Share of the L1 penalty, 0 (default) to 1. */
  readonly elasticNetParam?: number;
  /** A weight a row. */
  readonly weights?: Float64Array;
  /** Stops at this norm of the gradient. Default 1e-9. */
  readonly tolerance?: number;
  /** Newton steps at most. Default 100. */
  readonly maxIterations?: number;
  /** Kept in the head's file. */
  readonly lineage?: Readonly<Record<string, string>>;
}

/**
 * Fits a head on labelled features (n x d, row-major): penalised logistic regression on standardised features, solved to its optimum.
 * The same input gives the same bytes. Throws HW_FEATURES_SHAPE, or HW_FEATURES_FINITE for a NaN or an infinity.
 */
export function fitHead(features: Float32Array, labels: readonly string[], options: HeadOptions = {}): Head {
  const { name = 'head', regParam = 0.01, elasticNetParam = 0, weights, tolerance = 1e-9, maxIterations = 100, lineage } = options;
  const width = features.length / labels.length;
  if (!Number.isInteger(width) || width === 0) throw error('HW_FEATURES_SHAPE', { numbers: features.length, rows: labels.length });
  const bad = features.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw error('HW_FEATURES_FINITE', { row: Math.floor(bad / width), got: String(features[bad]) });
  const classes = [...new Set(labels)].sort();
  const index = new Map(classes.map((label, k) => [label, k]));
  const { coefficients, intercepts } = fitLogistic({
    x: features,
    width,
    y: Int32Array.from(labels, (label) => index.get(label)!),
    classes: classes.length,
    weights: weights ?? new Float64Array(labels.length).fill(1),
    regParam,
    elasticNetParam,
    standardization: true,
    fitIntercept: true,
    tolerance,
    maxIterations,
  });
  return new Head({ name, labels: classes, width, coefficients, intercepts, ...(lineage && { lineage }) });
}
