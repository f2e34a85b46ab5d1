import { compatibilityLevels } from './compatibility.js';
import type { Compatibility, RegisteredSchema } from './registry.js';
import type { SchemaTable } from './schema-table.js';
import { isAvroSchema } from './schema-text.js';

/**
 * Keys of the `_schemas` topic, in the words of Confluent's registry. A claim has a key of its own, so that compaction, which keeps the
 * last record of a key, never lets a later rival displace an earlier one.
 */
type Key =
  | { readonly keytype: 'SCHEMA'; readonly subject: string; readonly version: number; readonly claim: string }
  | { readonly keytype: 'CONFIG'; readonly subject: string | null };

type Value = RegisteredSchema | { readonly compatibilityLevel: Compatibility } | null;

export function schemaRecord(key: Key, value: Value): { key: Uint8Array; value: Uint8Array | null } {
  return { key: Buffer.from(JSON.stringify(key)), value: value && Buffer.from(JSON.stringify(value)) };
}

/** Puts a record of the topic into the table; leaves out what is neither an Avro schema nor a level. */
export function readSchemaRecord(key: Buffer, value: Buffer, table: SchemaTable): void {
  const { keytype, subject } = parse(key);
  const fields = parse(value);
  if (keytype === 'SCHEMA' && isClaim(fields)) table.accept(fields);
  if (keytype === 'CONFIG' && (subject === null || typeof subject === 'string') && isLevel(fields['compatibilityLevel'])) {
    table.setLevel(subject, fields['compatibilityLevel']);
  }
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isClaim(value: object): value is RegisteredSchema {
  const { id, subject, version, schema } = value as Partial<RegisteredSchema>;
  return (
    Number.isSafeInteger(id) &&
    Number.isSafeInteger(version) &&
    typeof subject === 'string' &&
    typeof schema === 'string' &&
    isAvroSchema(schema)
  );
}

function isLevel(value: unknown): value is Compatibility {
  return compatibilityLevels.some((level) => level === value);
}
