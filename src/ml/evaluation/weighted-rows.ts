import { columnIn, type Batch } from '../dataset/batch.js';
import type { Dataset } from '../dataset/dataset.js';
import { numbersIn } from '../feature/vectors.js';
import { error } from '../../errors.js';

/** Only these columns, whole, and a weight a row. Throws HW_NO_ROWS for no row at all. */
export async function weightedRows(
  dataset: Dataset,
  columns: readonly string[],
  weightCol?: string,
): Promise<{ batch: Batch; weights: Float64Array }> {
  const names = [...new Set([...columns, ...(weightCol === undefined ? [] : [weightCol])])];
  const batch = await dataset.select(...names).collect();
  if (batch.length === 0) throw error('HW_NO_ROWS', { column: columns[0]! });
  for (const name of names) columnIn(batch, name);
  return { batch, weights: weightCol === undefined ? new Float64Array(batch.length).fill(1) : numbersIn(batch, weightCol) };
}
