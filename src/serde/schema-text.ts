import { error, reasonOf } from '../errors.js';
import { avroType } from './avro-types.js';

/** The schema without spaces: not every registry sees through them. Throws HW_SCHEMA_INVALID. */
export function compactSchema(subject: string, schema: string): string {
  try {
    avroType(schema);
  } catch (cause) {
    throw error('HW_SCHEMA_INVALID', { subject, reason: reasonOf(cause) }, cause);
  }
  return JSON.stringify(JSON.parse(schema));
}

/** One text for all spellings of a schema (spaces, order of attributes), so that equal schemas have one id. Throws HW_SCHEMA_INVALID. */
export function canonicalSchema(subject: string, schema: string): string {
  return JSON.stringify(JSON.parse(compactSchema(subject, schema)), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

export function isAvroSchema(schema: string): boolean {
  try {
    avroType(schema);
    return true;
  } catch {
    return false;
  }
}
