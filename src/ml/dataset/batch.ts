import { error } from '../../errors.js';
import { columnOf, concatColumns, takeRows, valueAt, type Column } from './column.js';

export type Row = Readonly<Record<string, unknown>>;
export type Columns = Readonly<Record<string, Column>>;

/** Some rows of a data set, column by column; every column has `length` values. */
export interface Batch {
  readonly length: number;
  readonly columns: Columns;
}

/** A batch of the given columns; throws HW_COLUMN_LENGTH where their lengths differ. */
export function batchOf(columns: Columns, length = Object.values(columns)[0]?.length ?? 0): Batch {
  for (const [column, values] of Object.entries(columns)) {
    if (values.length !== length) throw error('HW_COLUMN_LENGTH', { column, expected: length, got: values.length });
  }
  return { length, columns };
}

/** What a row lacks is null. */
export function batchOfRows(rows: readonly Row[], names: readonly string[]): Batch {
  return batchOf(Object.fromEntries(names.map((name) => [name, columnOf(rows.map((row) => row[name] ?? null))])), rows.length);
}

export function rowAt(batch: Batch, index: number): Row {
  return Object.fromEntries(Object.entries(batch.columns).map(([name, column]) => [name, valueAt(column, index)]));
}

export function rowsOf(batch: Batch): Row[] {
  return Array.from({ length: batch.length }, (_, index) => rowAt(batch, index));
}

/** Only these columns, in this order. */
export function selectColumns(batch: Batch, names: readonly string[]): Batch {
  return { length: batch.length, columns: Object.fromEntries(names.map((name) => [name, columnIn(batch, name)])) };
}

/** Only these rows, in this order. */
export function selectRows(batch: Batch, rows: ArrayLike<number>): Batch {
  const columns = Object.entries(batch.columns).map(([name, column]) => [name, takeRows(column, rows)] as const);
  return { length: rows.length, columns: Object.fromEntries(columns) };
}

export function columnIn(batch: Batch, name: string): Column {
  const column = batch.columns[name];
  if (column === undefined) throw error('HW_COLUMN_MISSING', { column: name, columns: Object.keys(batch.columns).join(', ') });
  return column;
}

/** Batches one after the other, as one batch with the given columns. */
export function concatBatches(batches: readonly Batch[], names: readonly string[]): Batch {
  const columns = names.map((name) => [name, concatColumns(batches.map((batch) => columnIn(batch, name)))] as const);
  return { length: batches.reduce((sum, { length }) => sum + length, 0), columns: Object.fromEntries(columns) };
}
