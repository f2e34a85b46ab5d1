import { columnIn, type Batch } from '../dataset/batch.js';
import { valuesOf } from '../dataset/column.js';
import { labelList, type Label } from '../linear/class-labels.js';

/** A column whose rows are lists of labels (or vectors of numbers). Throws HW_LABEL_LIST. */
export function labelLists(batch: Batch, name: string): Label[][] {
  return valuesOf(columnIn(batch, name)).map((value, row) => labelList(value, name, row));
}
