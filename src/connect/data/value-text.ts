import { Decimal } from './decimal.js';
import { dateFormat } from './date-format.js';
import { floatText, doubleText } from './java-text.js';
import { DAY_MS } from './logical-types.js';
import type { Schema } from './schema.js';
import { Struct } from './struct.js';

const formats = {
  date: dateFormat('yyyy-MM-dd'),
  time: dateFormat("HH:mm:ss.SSS'Z'"),
  timestamp: dateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"),
};

/** A time as Connect writes it: of day one only the time, of a whole day only the date. */
function dateText(value: Date): string {
  const millis = value.getTime();
  if (millis >= 0 && millis < DAY_MS) return formats.time.format(value);
  return millis % DAY_MS === 0 ? formats.date.format(value) : formats.timestamp.format(value);
}

/** A single value as text, numbers as Java writes them; the schema tells a float from a whole number. */
export function scalarText(schema: Schema | null, value: unknown): string {
  if (typeof value === 'number') {
    if (schema?.type === 'FLOAT32') return floatText(value);
    if (schema?.type === 'FLOAT64') return doubleText(value);
    return schema || Number.isInteger(value) ? String(value) : doubleText(value);
  }
  if (value instanceof Date) return dateText(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

/** A value as Java's toString writes it, structs and maps included: what the string converter stores. */
export function javaText(schema: Schema | null, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map((entry) => javaText(schema?.valueSchema ?? null, entry)).join(', ')}]`;
  if (value instanceof Struct) {
    const fields = (value.schema.fields ?? []).filter(({ name }) => value.getWithoutDefault(name) !== null);
    return `Struct{${fields.map(({ name, schema: type }) => `${name}=${javaText(type, value.get(name))}`).join(',')}}`;
  }
  const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : isObject(value) ? Object.entries(value) : undefined;
  if (!entries) return scalarText(schema, value);
  return `{${entries.map(([key, entry]) => `${String(key)}=${javaText(schema?.valueSchema ?? null, entry)}`).join(', ')}}`;
}

/** A value as Connect's simple header converter writes it: JSON-like, strings quoted only inside lists and maps. */
export function headerText(schema: Schema | null, value: unknown, embedded = false): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return embedded ? `"${value.replace(/[\\"]/g, '\\$&')}"` : value;
  const inner = (entry: unknown): string => headerText(schema?.valueSchema ?? null, entry, true);
  if (Array.isArray(value)) return `[${value.map(inner).join(',')}]`;
  const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : isObject(value) ? Object.entries(value) : undefined;
  if (entries) return `{${entries.map(([key, entry]) => `${headerText(null, key, true)}:${inner(entry)}`).join(',')}}`;
  return scalarText(schema, value);
}

function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Date || value instanceof Uint8Array || value instanceof Decimal || value instanceof Struct)
  );
}
