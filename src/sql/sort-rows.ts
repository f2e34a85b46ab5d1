import { error } from '../errors.js';
import { concatBatches, selectRows, type Batch } from '../ml/dataset/batch.js';
import { valueAt } from '../ml/dataset/column.js';
import type { Expression } from './expression.js';
import { gathered, type Relation } from './relation.js';
import { compare, describe } from './sql-value.js';

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Beyond this many rows more than are wanted, what cannot be among the first is dropped. */
const SPARE_ROWS = 4096;

/** Rows in order, equal ones in the order in which they came; `wanted` rows at most, and not many more in memory. */
export function sorted({ dataset, keys }: Relation, sortKeys: readonly SortKey[], wanted: number): Relation {
  const columns = [...keys];
  return gathered(columns, async () => {
    let waiting: Batch[] = [];
    let rows = 0;
    const settle = (): Batch => {
      const whole = first(concatBatches(waiting, columns), sortKeys, wanted);
      waiting = [whole];
      rows = whole.length;
      return whole;
    };
    for await (const batch of dataset.batches()) {
      waiting.push(batch);
      rows += batch.length;
      if (rows > wanted + SPARE_ROWS) settle();
    }
    return settle();
  });
}

function first(batch: Batch, sortKeys: readonly SortKey[], wanted: number): Batch {
  const parts = sortKeys.map(({ expression, ...order }) => ({ ...order, place: expression.place, column: batch.columns[expression.key]! }));
  const order = Array.from({ length: batch.length }, (_, row) => row).sort((a, b) => {
    for (const { column, descending, nullsFirst, place } of parts) {
      const [left, right] = [valueAt(column, a) ?? null, valueAt(column, b) ?? null];
      if (left === null || right === null) {
        if (left === right) continue;
        return (left === null) === nullsFirst ? -1 : 1;
      }
      const found = compare(left, right);
      if (found === undefined)
        throw error('HW_SQL_TYPE', { operation: 'ORDER BY', place, expected: `another ${describe(left)}`, got: describe(right) });
      if (found !== 0) return descending ? -found : found;
    }
    return a - b;
  });
  return selectRows(batch, order.slice(0, wanted));
}
