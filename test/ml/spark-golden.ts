import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { logisticTable } from './logistic-table.js';

interface Linear {
  n: number;
  d: number;
  classes: number;
  regParam: number;
  elasticNetParam: number;
  weighted: boolean;
  standardization: boolean;
  fitIntercept: boolean;
  coefficients: number[];
  intercepts: number[];
  intercept: number;
}
interface Sparse {
  size: number;
  indices: number[];
  values: number[];
}

/** What make_spark.py wrote. */
export const golden = JSON.parse(readFileSync(new URL('../golden/ml/spark.json', import.meta.url), 'utf8')) as {
  logistic: Linear[];
  linear: Linear[];
  oneVsRest: { coefficients: number[][]; prediction: number[] };
  standardScaler: { withMean: boolean; withStd: boolean; rows: number[][] }[];
  pca: { pc: number[][]; explainedVariance: number[]; rows: number[][] };
  normalizer: { p: number; rows: number[][] }[];
  stringIndexer: Record<'words' | 'frequencyDesc' | 'frequencyAsc' | 'alphabetDesc' | 'alphabetAsc', string[]>;
  tokenizer: { texts: string[]; words: string[][] };
  hashingTF: { numFeatures: number; binary: boolean; rows: Sparse[] }[];
  idf: { minDocFreq: number; idf: number[]; rows: Sparse[] }[];
  multiclass: Record<string, [number, number]>;
  binary: Record<string, [number, number]>;
  regression: Record<string, [number, number]>;
  multilabel: Record<string, number> & Record<'label' | 'prediction', number[][]>;
  ranking: Record<string, number> & Record<'label' | 'prediction', number[][]>;
  ridge: { alpha: number; weighted: boolean; fitIntercept: boolean; coefficients: number[]; intercept: number }[];
  multilabel_logistic: { coefficients: number[]; probabilities: number[] }[];
  balanced: { regParam: number; coefficients: number[] };
};

/** The table of the Python scripts, with the weights that they use. */
export function sparkTable(n: number, d: number, classes: number): { dataset: Dataset; x: Float32Array; y: Int32Array } {
  const { x, y } = logisticTable(n, d, classes, 2);
  const w = Float64Array.from({ length: n }, (_, row) => 0.5 + (row % 3));
  return { dataset: Dataset.fromColumns({ features: new VectorColumn(x, d), label: Float64Array.from(y), w }), x, y };
}

/** Largest difference is at most 1e-6 of the largest number expected. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  const worst = Math.max(...Array.from(actual, (value, at) => Math.abs(value - expected[at]!)));
  expect(worst / scale).toBeLessThan(tolerance);
}
