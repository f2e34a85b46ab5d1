import { selectRows, type Columns } from './dataset/batch.js';
import { columnOf, valueAt, valuesOf, VectorColumn } from './dataset/column.js';

/** Columns for some rows of a batch: the answer of a stage that leaves rows out (`handleInvalid: 'skip'`). */
export class SomeRows {
  constructor(
    /** The rows that stay, by their place in the batch, rising. */
    readonly rows: Int32Array,
    readonly columns: Columns,
  ) {}
}

/** The columns without the rows in which one of them is null. */
export function withoutNulls(columns: Columns): Columns | SomeRows {
  const lists = Object.values(columns).filter((column) => Array.isArray(column));
  const length = Object.values(columns)[0]!.length;
  const rows = Int32Array.from({ length }, (_, row) => row).filter((row) => lists.every((list) => valueAt(list, row) != null));
  if (rows.length === length) return columns;
  const left = Object.entries(selectRows({ length, columns }, rows).columns);
  return new SomeRows(rows, Object.fromEntries(left.map(([name, column]) => [name, narrowed(column)])));
}

function narrowed(column: Columns[string]): Columns[string] {
  return column instanceof VectorColumn ? column : columnOf(valuesOf(column));
}
