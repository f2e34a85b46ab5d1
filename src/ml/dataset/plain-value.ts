import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SparseVector } from '../feature/sparse-vector.js';

/** A value as JSON can hold it: vectors as lists, bytes in base64 (as Spark writes them), numbers too large for JSON as text. */
export function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(jsonValue);
  return typeof value === 'object' && value !== null ? mapped(value, jsonValue) : value;
}

/** A value as Arrow and Parquet can hold it: vectors as lists, bytes as they are. */
export function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' && value !== null ? mapped(value, plainValue) : value;
}

/** A value as it was before it was written: lists of numbers are vectors; sparse vectors and pictures are known by their fields. */
export function storedValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return isNumbers(value) ? Float64Array.from(value) : value.map(storedValue);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value;
  const fields = mapped(value, storedValue);
  return sparkVector(fields) ?? picture(fields) ?? fields;
}

/** Our sparse vectors, and Spark's vectors of both kinds (`type` 0 is sparse, 1 dense). */
function sparkVector(fields: Readonly<Record<string, unknown>>): SparseVector | Float64Array | undefined {
  const { size, indices, values, type } = fields;
  const names = Object.keys(fields)
    .filter((name) => name !== 'type')
    .sort()
    .join();
  if (names !== 'indices,size,values' || !(values instanceof Float64Array || isEmpty(values))) return undefined;
  const numbers = isEmpty(values) ? new Float64Array(0) : (values as Float64Array);
  if (type === 1 || indices === null) return numbers;
  const places = isEmpty(indices) ? new Int32Array(0) : Int32Array.from(indices as Float64Array);
  return typeof size === 'number' ? new SparseVector(size, places, numbers) : undefined;
}

/** Whether a value has the fields of an image struct, and no others. */
export function isPicture(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'data,height,mode,nChannels,origin,width';
}

function picture(fields: Readonly<Record<string, unknown>>): object | undefined {
  if (!isPicture(fields)) return undefined;
  return typeof fields['data'] === 'string' ? { ...fields, data: new Uint8Array(Buffer.from(fields['data'], 'base64')) } : fields;
}

function mapped(value: object, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]));
}

function isNumbers(value: readonly unknown[]): value is number[] {
  return value.length > 0 && value.every((each) => typeof each === 'number');
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Writes text beside its place first, so that the file appears whole or not at all. */
export async function writeLines(path: string, lines: () => AsyncIterable<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    await pipeline(Readable.from(lines()), createWriteStream(temporary));
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
