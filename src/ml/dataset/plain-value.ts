import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A value as JSON and Parquet can hold it: typed arrays of numbers as lists, bytes as they are. */
export function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainValue(each)]));
  return value;
}

/** Lists of numbers come back as vectors. */
export function vectorValue(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number') ? Float64Array.from(value) : value;
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
