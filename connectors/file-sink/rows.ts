import { Decimal, Struct, plain, type Schema, type SinkRecord } from 'headwater/connect';

/** A record as columns by name. */
export type Row = Record<string, unknown>;

/** A struct's or map's fields as columns; any other value in the column `value`. */
export function rowOf(record: SinkRecord, withMetadata: boolean): Row {
  const value = plain(record.value);
  const isObject =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array || value instanceof Date || value instanceof Decimal);
  const row: Row = isObject ? { ...(value as Row) } : { value };
  if (!withMetadata) return row;
  const { originalTopic, originalPartition, originalOffset, timestamp, key } = record;
  return { ...row, _topic: originalTopic, _partition: originalPartition, _offset: originalOffset, _timestamp: timestamp, _key: plain(key) };
}

/** Schemas by column name. */
export type Columns = ReadonlyMap<string, Schema>;

/** The columns of a value with a schema; a change of these begins a new file. */
export function columnsOf(record: SinkRecord): Columns | undefined {
  if (!(record.value instanceof Struct)) return undefined;
  return new Map((record.value.schema.fields ?? []).map(({ name, schema }) => [name, schema]));
}

export function sameColumns(one: Columns | undefined, other: Columns | undefined): boolean {
  if (one === other) return true;
  if (!one || !other || one.size !== other.size) return false;
  return [...one].every(([name, schema]) => other.get(name)?.type === schema.type && other.get(name)?.name === schema.name);
}

/** A value as JSON has it: bytes as base64, times as ISO 8601, numbers past 2^53 and decimals as text. */
function jsonValue(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value instanceof Decimal ? value.toString() : value;
}

/** As `jsonValue`, for values that JSON.stringify asks for their own toJSON first (Buffer). */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, given: unknown) {
    const own = this[key];
    return own instanceof Uint8Array ? jsonValue(key, own) : jsonValue(key, given);
  });
}
