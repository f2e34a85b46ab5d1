import { error } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { valuesOf } from '../dataset/column.js';
import { learnableMatrix, numbersIn } from '../feature/vectors.js';
import type { Rows } from '../solve/standardise.js';

/** What a linear model learns from. */
export interface TrainingRows {
  /** Features, n x width, row-major. */
  readonly x: Rows;
  readonly width: number;
  readonly labels: readonly unknown[];
  readonly weights: Float64Array;
}

export interface TrainingColumns {
  readonly featuresCol: string;
  readonly labelCol: string;
  readonly weightCol?: string;
}

/** Reads the columns into memory. Throws HW_COLUMN_MISSING, HW_NO_ROWS, HW_FEATURES_FINITE, HW_WEIGHT_NEGATIVE. */
export async function trainingRows(dataset: Dataset, { featuresCol, labelCol, weightCol }: TrainingColumns): Promise<TrainingRows> {
  const batch = await dataset.select(featuresCol, labelCol, ...(weightCol === undefined ? [] : [weightCol])).collect();
  const { data, width } = learnableMatrix(batch, featuresCol);
  const weights = weightCol === undefined ? new Float64Array(batch.length).fill(1) : numbersIn(batch, weightCol);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0) throw error('HW_WEIGHT_NEGATIVE', { row: wrong, got: weights[wrong]! });
  return { x: data, width, labels: valuesOf(batch.columns[labelCol]!), weights };
}

/** `trainingRows` with a weight on some row: what a fit in one place needs. Throws HW_NO_ROWS besides. */
export async function weightyRows(dataset: Dataset, columns: TrainingColumns): Promise<TrainingRows> {
  const rows = await trainingRows(dataset, columns);
  if (!rows.weights.some((weight) => weight > 0)) throw error('HW_NO_ROWS', { column: `${columns.weightCol!} with a weight above 0` });
  return rows;
}

/** Labels as numbers; booleans count as 0 and 1. Throws HW_NUMBER_EXPECTED. */
export function numericLabels(labels: readonly unknown[], column: string): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    if (typeof label === 'boolean') return Number(label);
    if (typeof label === 'number' && Number.isFinite(label)) return label;
    throw error('HW_NUMBER_EXPECTED', { column, got: typeof label === 'number' || label === null ? String(label) : typeof label, row });
  });
}
