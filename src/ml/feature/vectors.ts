import { error } from '../../errors.js';
import { columnIn, type Batch } from '../dataset/batch.js';
import { valueAt, VectorColumn, type Column } from '../dataset/column.js';
import { SparseVector } from './sparse-vector.js';

/** Rows of numbers, row-major: `rows` x `width`. */
export interface Matrix {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly width: number;
}

/** A column of vectors as one matrix; numbers count as vectors of one, sparse vectors are filled up. Throws HW_VECTOR_EXPECTED. */
export function matrixIn(batch: Batch, name: string): Matrix {
  const column = columnIn(batch, name);
  if (column instanceof VectorColumn) return { data: column.data, rows: batch.length, width: column.width };
  const rows = Array.from({ length: batch.length }, (_, row) => vectorOf(column, row, name));
  const width = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * width);
  rows.forEach((row, index) => {
    if (row.length !== width)
      throw error('HW_VECTOR_EXPECTED', { column: name, expected: `${width} numbers`, got: `${row.length} numbers`, row: index });
    data.set(row, index * width);
  });
  return { data, rows: rows.length, width };
}

/** `matrixIn` to learn from. Throws HW_NO_ROWS for no row at all, HW_FEATURES_FINITE for a number that is none or endless. */
export function learnableMatrix(batch: Batch, name: string): Matrix {
  if (batch.length === 0) throw error('HW_NO_ROWS', { column: name });
  const matrix = matrixIn(batch, name);
  let bad = 0;
  while (bad < matrix.data.length && Number.isFinite(matrix.data[bad])) bad++;
  if (bad < matrix.data.length) throw error('HW_FEATURES_FINITE', { row: Math.floor(bad / matrix.width), got: String(matrix.data[bad]) });
  return matrix;
}

/** Throws HW_FEATURES_WIDTH where a model that learned from `expected` features is given others. */
export function requireWidth({ rows, width }: Matrix, expected: number, model: string): void {
  if (rows > 0 && width !== expected) throw error('HW_FEATURES_WIDTH', { head: model, expected, got: width });
}

/** A column of numbers; booleans count as 0 and 1. Throws HW_NUMBER_EXPECTED. */
export function numbersIn(batch: Batch, name: string): Float64Array {
  const column = columnIn(batch, name);
  return Float64Array.from({ length: batch.length }, (_, row) => {
    const value = valueAt(column, row);
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return Number(value);
    throw error('HW_NUMBER_EXPECTED', { column: name, got: value === null ? 'null' : typeof value, row });
  });
}

function vectorOf(column: Column, row: number, name: string): Float64Array | Float32Array {
  const value = valueAt(column, row);
  if (value instanceof Float64Array || value instanceof Float32Array) return value;
  if (value instanceof SparseVector) return value.toDense();
  if (typeof value === 'number' || typeof value === 'boolean') return Float64Array.of(Number(value));
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return Float64Array.from(value);
  throw error('HW_VECTOR_EXPECTED', { column: name, expected: 'a vector', got: value === null ? 'null' : typeof value, row });
}
