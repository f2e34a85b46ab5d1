import { SparseVector } from '../ml/feature/sparse-vector.js';

/** Kinds of values. There is one kind of number, double precision; times are numbers, milliseconds since 1970. */
export type SqlType = 'number' | 'text' | 'boolean' | 'array' | 'struct';

/** Vectors and lists. */
export type SqlArray = ArrayLike<unknown>;

export interface JsType {
  number: number;
  text: string;
  boolean: boolean;
  array: SqlArray;
  struct: object;
}

/** The kind of a value that is not null. */
export function typeOf(value: unknown): SqlType {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Date) return 'number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof SparseVector ? 'array' : 'struct';
}

/** A value in the one form that functions see: numbers for bigints and dates, dense vectors for sparse ones, null for undefined. */
export function normal(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.getTime();
  return value instanceof SparseVector ? value.toDense() : value;
}

/** How a value is named in messages. */
export function describe(value: unknown): string {
  return value === null || value === undefined ? 'null' : typeOf(value);
}

/**
 * Order of two values of one kind, neither null; undefined where they cannot be compared. NaN is equal to itself and above all numbers, as in
 * PostgreSQL; texts go by UTF-16 code units; arrays by their first difference.
 */
export function compare(left: unknown, right: unknown): number | undefined {
  const [a, b] = [normal(left), normal(right)];
  const type = typeOf(a);
  if (type !== typeOf(b)) return undefined;
  if (type === 'number') return compareNumbers(a as number, b as number);
  if (type === 'array') return compareArrays(a as SqlArray, b as SqlArray);
  if (type === 'struct') return undefined;
  return (a as string) < (b as string) ? -1 : a === b ? 0 : 1;
}

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareArrays(a: SqlArray, b: SqlArray): number | undefined {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    if (a[at] === null || b[at] === null) {
      if (a[at] !== b[at]) return a[at] === null ? 1 : -1;
      continue;
    }
    const order = compare(a[at], b[at]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** One text for all values that are the same to GROUP BY and DISTINCT: nulls are, and so are NaN, 0 and -0. */
export function groupKey(value: unknown): string {
  const plain = normal(value);
  if (typeof plain === 'number') return `n${plain === 0 ? 0 : plain}`;
  if (plain === null) return '';
  if (ArrayBuffer.isView(plain) || Array.isArray(plain)) return `[${Array.from(plain as unknown[], groupKey).join()}]`;
  if (typeof plain !== 'object') return JSON.stringify(plain);
  return `{${Object.entries(plain)
    .map(([name, field]) => `${JSON.stringify(name)}:${groupKey(field)}`)
    .join()}}`;
}

/** A value as text, as CAST AS text gives it. */
export function toText(value: unknown): string {
  const plain = normal(value);
  if (typeof plain === 'string') return plain;
  if (typeof plain === 'number') return numberText(plain);
  if (ArrayBuffer.isView(plain)) return JSON.stringify(Array.from(plain as Float64Array));
  return JSON.stringify(plain);
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
