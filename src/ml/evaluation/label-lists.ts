import { error } from '../../errors.js';
import { columnIn, type Batch } from '../dataset/batch.js';
import { valuesOf } from '../dataset/column.js';

type Label = string | number;

/** A column whose rows are lists of labels (or vectors of numbers). Throws HW_LABEL_EXPECTED. */
export function labelLists(batch: Batch, name: string): Label[][] {
  return valuesOf(columnIn(batch, name)).map((value, row) => {
    if (Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array) return Array.from<Label>(value as Label[]);
    throw error('HW_LABEL_EXPECTED', { column: name, row, got: `${typeof value}, no list` });
  });
}
