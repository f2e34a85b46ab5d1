import { error } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { valuesOf } from '../dataset/column.js';
import { matrixIn, numbersIn } from '../feature/vectors.js';
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
  if (batch.length === 0) throw error('HW_NO_ROWS', { column: featuresCol });
  const { data, width } = matrixIn(batch, featuresCol);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw error('HW_FEATURES_FINITE', { row: Math.floor(bad / width), got: String(data[bad]) });
  const weights = weightCol === undefined ? new Float64Array(batch.length).fill(1) : numbersIn(batch, weightCol);
  const negative = weights.findIndex((weight) => !(weight >= 0));
  if (negative >= 0) throw error('HW_WEIGHT_NEGATIVE', { row: negative, got: weights[negative]! });
  return { x: data, width, labels: valuesOf(batch.columns[labelCol]!), weights };
}

/** Labels as numbers. Throws HW_NUMBER_EXPECTED. */
export function numericLabels(labels: readonly unknown[], column: string): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    if (typeof label !== 'number') throw error('HW_NUMBER_EXPECTED', { column, got: typeof label, row });
    return label;
  });
}
