import { readFileSync } from 'node:fs';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { expectParity, relativeDifference, type ParityName } from '../parity.js';
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

/** Holds the largest difference, as a share of the largest number expected, to the row's tolerance. */
export function expectClose(row: ParityName, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expectParity(row, relativeDifference(actual, expected, 1e-3));
}
