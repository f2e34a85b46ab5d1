import type { NewRecord } from '../../record.js';

/** A record of one of the worker's topics: text key, JSON value or a tombstone. */
export function jsonRecord(key: string, value: unknown): Omit<NewRecord, 'topic'> {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(JSON.stringify(value)) };
}

/** The JSON object of a record; null for a tombstone or what is no JSON object. */
export function jsonObject(bytes: Uint8Array | null): Record<string, unknown> | null {
  if (bytes === null) return null;
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
