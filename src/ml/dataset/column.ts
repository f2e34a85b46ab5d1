/** Dense vectors of one width, row-major in one array. */
export class VectorColumn {
  constructor(
    readonly data: Float32Array | Float64Array,
    readonly width: number,
    /** What each place of the vectors means: the labels of class probabilities. */
    readonly names?: readonly (string | number)[],
  ) {}

  get length(): number {
    return this.width === 0 ? 0 : this.data.length / this.width;
  }

  /** Row `row`, a view. */
  at(row: number): Float32Array | Float64Array {
    return this.data.subarray(row * this.width, (row + 1) * this.width);
  }
}

/** A column in memory: numbers in a typed array, vectors in one matrix, everything else (strings, images, sparse vectors, nulls) in a list. */
export type Column = Float64Array | Float32Array | Int32Array | VectorColumn | readonly unknown[];

export function valueAt(column: Column, row: number): unknown {
  return column instanceof VectorColumn ? column.at(row) : column[row];
}

/** The given rows, in the given order. */
export function takeRows(column: Column, rows: ArrayLike<number>): Column {
  if (column instanceof VectorColumn) {
    const { width, data, names } = column;
    const taken = data instanceof Float32Array ? new Float32Array(rows.length * width) : new Float64Array(rows.length * width);
    for (let to = 0; to < rows.length; to++) taken.set(column.at(rows[to]!), to * width);
    return new VectorColumn(taken, width, names);
  }
  if (Array.isArray(column)) return Array.from(rows, (row) => (column as readonly unknown[])[row]);
  const numbers = column as Float64Array | Float32Array | Int32Array;
  const taken = new (numbers.constructor as new (length: number) => typeof numbers)(rows.length);
  for (let to = 0; to < rows.length; to++) taken[to] = numbers[rows[to]!]!;
  return taken;
}

/** The narrowest column that holds the values: all numbers, all vectors of one width, or a list. */
export function columnOf(values: readonly unknown[]): Column {
  const first = values[0];
  if (typeof first === 'number' && values.every((value) => typeof value === 'number')) return Float64Array.from(values);
  if (!isVector(first) || first.length === 0) return values;
  const width = first.length;
  if (!values.every((value) => isVector(value) && value.length === width)) return values;
  const single = values.every((value) => value instanceof Float32Array);
  const data = single ? new Float32Array(values.length * width) : new Float64Array(values.length * width);
  values.forEach((value, row) => data.set(value as Float64Array, row * width));
  return new VectorColumn(data, width);
}

/** Columns one after the other, as one column. */
export function concatColumns(parts: readonly Column[]): Column {
  const [first, ...rest] = parts;
  if (first === undefined || rest.length === 0) return first ?? [];
  const like = (part: Column) =>
    part.constructor === first.constructor &&
    (!(first instanceof VectorColumn) ||
      (part instanceof VectorColumn && part.width === first.width && part.data.constructor === first.data.constructor));
  if (!parts.every(like)) return columnOf(parts.flatMap((part) => valuesOf(part)));
  if (first instanceof VectorColumn)
    return new VectorColumn(joined((parts as VectorColumn[]).map(({ data }) => data)), first.width, first.names);
  if (Array.isArray(first)) return (parts as (readonly unknown[])[]).flat(1);
  return joined(parts as (Float64Array | Float32Array | Int32Array)[]);
}

/** The values as a list. */
export function valuesOf(column: Column): readonly unknown[] {
  return Array.isArray(column) ? (column as readonly unknown[]) : Array.from({ length: column.length }, (_, row) => valueAt(column, row));
}

function isVector(value: unknown): value is Float32Array | Float64Array {
  return value instanceof Float32Array || value instanceof Float64Array;
}

function joined<A extends Float64Array | Float32Array | Int32Array>(parts: readonly A[]): A {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new (parts[0]!.constructor as new (length: number) => A)(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
