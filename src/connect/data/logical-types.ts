import { error } from '../../errors.js';
import { Decimal } from './decimal.js';
import { primitive, type Schema } from './schema.js';

const PREFIX = 'org.apache.kafka.connect.data.';
export const logicalNames = { date: `${PREFIX}Date`, time: `${PREFIX}Time`, timestamp: `${PREFIX}Timestamp`, decimal: `${PREFIX}Decimal` };

export const DAY_MS = 86_400_000;

/** Schemas of Connect's logical types. */
export const LogicalTypes = {
  date: primitive('INT32', { name: logicalNames.date, version: 1 }),
  time: primitive('INT32', { name: logicalNames.time, version: 1 }),
  timestamp: primitive('INT64', { name: logicalNames.timestamp, version: 1 }),
  decimal: (scale: number): Schema => primitive('BYTES', { name: logicalNames.decimal, version: 1, parameters: { scale: String(scale) } }),
};

/** The stored form of a logical value: days, milliseconds, bytes; other values as they are. */
export function toStored(schema: Schema, value: unknown): unknown {
  if (value instanceof Date) return dateToStored(schema, value);
  if (value instanceof Decimal) {
    if (value.scale !== scaleOf(schema)) {
      throw error('HW_CONNECT_DATA', { problem: `Decimal value has scale ${value.scale}, its schema ${scaleOf(schema)}` });
    }
    return value.toBytes();
  }
  if (value !== null && value !== undefined && Object.values(logicalNames).includes(schema.name ?? '')) {
    throw error('HW_CONNECT_DATA', { problem: `Invalid type for ${schema.name ?? ''}: ${typeof value}` });
  }
  return value;
}

/** The value of a stored form, where the schema names a logical type. */
export function fromStored(schema: Schema, stored: unknown): unknown {
  switch (schema.name) {
    case logicalNames.date:
      return new Date(Number(stored) * DAY_MS);
    case logicalNames.time:
    case logicalNames.timestamp:
      return new Date(Number(stored));
    case logicalNames.decimal:
      return stored instanceof Uint8Array ? Decimal.fromBytes(stored, scaleOf(schema)) : stored;
    default:
      return stored;
  }
}

/** The scale that a Decimal schema carries. */
export function scaleOf(schema: Schema): number {
  const scale = Number(schema.parameters?.scale);
  if (!Number.isInteger(scale)) throw error('HW_CONNECT_DATA', { problem: 'Invalid Decimal schema: scale parameter not found.' });
  return scale;
}

function dateToStored(schema: Schema, value: Date): number {
  const millis = value.getTime();
  if (schema.name === logicalNames.date) {
    if (millis % DAY_MS !== 0) throw error('HW_CONNECT_DATA', { problem: 'a Date must be a whole day in UTC' });
    return millis / DAY_MS;
  }
  if (schema.name === logicalNames.time && (millis < 0 || millis >= DAY_MS)) {
    throw error('HW_CONNECT_DATA', { problem: 'a Time must lie within one day' });
  }
  return millis;
}
