import { Decimal, Struct, plain, type Schema, type SinkRecord } from 'headwater/connect';

/** A column's name, PostgreSQL type and value of one record. */
export interface Cell {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

const TYPES: Readonly<Record<string, string>> = {
  INT8: 'smallint',
  INT16: 'smallint',
  INT32: 'integer',
  INT64: 'bigint',
  FLOAT32: 'real',
  FLOAT64: 'double precision',
  BOOLEAN: 'boolean',
  STRING: 'text',
  BYTES: 'bytea',
};
const LOGICAL: Readonly<Record<string, string>> = {
  'org.apache.kafka.connect.data.Timestamp': 'timestamptz',
  'org.apache.kafka.connect.data.Date': 'date',
  'org.apache.kafka.connect.data.Time': 'time',
  'org.apache.kafka.connect.data.Decimal': 'numeric',
};

/** The columns of a record's value: a struct's fields, or the entries of a map without schema. Throws where it is neither. */
export function cellsOf(record: SinkRecord): Cell[] {
  const { value } = record;
  if (value instanceof Struct) {
    return (value.schema.fields ?? []).map(({ name, schema }) => {
      const type = columnType(schema);
      return { name, type, value: stored(value.get(name), type) };
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw new Error('the postgres sink takes structs and maps; wrap other values with HoistField');
  }
  return Object.entries(value).map(([name, entry]: [string, unknown]) => {
    const type = guessedType(entry);
    return { name, type, value: stored(entry, type) };
  });
}

/** The columns of a record's key: a struct's fields, or one column of this name. */
export function keyCells(record: SinkRecord, name: string): Cell[] {
  if (record.key instanceof Struct) return cellsOf({ ...record, value: record.key });
  const type = record.keySchema ? columnType(record.keySchema) : guessedType(record.key);
  return [{ name, type, value: stored(record.key, type) }];
}

function columnType(schema: Schema): string {
  return LOGICAL[schema.name ?? ''] ?? TYPES[schema.type] ?? 'jsonb';
}

function guessedType(value: unknown): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' || typeof value === 'bigint') return 'double precision';
  return typeof value === 'object' && value !== null ? 'jsonb' : 'text';
}

function stored(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'jsonb') return JSON.stringify(plain(value));
  if (type === 'time' && value instanceof Date) return value.toISOString().slice(11, 23);
  if (type === 'date' && value instanceof Date) return value.toISOString().slice(0, 10);
  if (value instanceof Uint8Array) return Buffer.from(value);
  return value instanceof Decimal || typeof value === 'bigint' ? value.toString() : value;
}
