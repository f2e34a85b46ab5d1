import { error } from '../../errors.js';

/** The types of Kafka Connect's data API. */
export type SchemaType =
  'INT8' | 'INT16' | 'INT32' | 'INT64' | 'FLOAT32' | 'FLOAT64' | 'BOOLEAN' | 'STRING' | 'BYTES' | 'ARRAY' | 'MAP' | 'STRUCT';

/** A named field of a STRUCT schema. */
export interface Field {
  readonly name: string;
  readonly schema: Schema;
}

/**
 * A Connect schema as a plain frozen object. Values it describes: INT8 to INT32, FLOAT32 and FLOAT64 are numbers; INT64 a number while it is a safe
 * integer, a bigint beyond; BYTES a Uint8Array; ARRAY an array; MAP a Map; STRUCT a Struct; the logical types Date, Time and Timestamp a Date;
 * Decimal a Decimal. Without a schema, a value is what JSON.parse gives.
 */
export interface Schema {
  readonly type: SchemaType;
  readonly optional: boolean;
  readonly name?: string;
  readonly version?: number;
  readonly doc?: string;
  readonly default?: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of a STRUCT. */
  readonly fields?: readonly Field[];
  /** Of a MAP. */
  readonly keySchema?: Schema;
  /** Of a MAP or an ARRAY. */
  readonly valueSchema?: Schema;
}

type Extras = Partial<Omit<Schema, 'type' | 'fields' | 'keySchema' | 'valueSchema'>>;

/** A schema of a primitive type; required unless `optional`. */
export function primitive(type: Exclude<SchemaType, 'ARRAY' | 'MAP' | 'STRUCT'>, extras: Extras = {}): Schema {
  return { optional: false, ...extras, type };
}

export function arrayOf(valueSchema: Schema, extras: Extras = {}): Schema {
  return { optional: false, ...extras, type: 'ARRAY', valueSchema };
}

export function mapOf(keySchema: Schema, valueSchema: Schema, extras: Extras = {}): Schema {
  return { optional: false, ...extras, type: 'MAP', keySchema, valueSchema };
}

/** A STRUCT schema from its fields in order. Throws HW_CONNECT_DATA where a name is empty or there twice. */
export function structOf(fields: Readonly<Record<string, Schema>> | readonly Field[], extras: Extras = {}): Schema {
  const list = isFieldList(fields) ? fields : Object.entries(fields).map(([name, schema]) => ({ name, schema }));
  const names = new Set<string>();
  for (const { name } of list) {
    if (name === '') throw error('HW_CONNECT_DATA', { problem: 'a field of a struct has no name' });
    if (names.has(name)) throw error('HW_CONNECT_DATA', { problem: `a struct has the field ${name} twice` });
    names.add(name);
  }
  return { optional: false, ...extras, type: 'STRUCT', fields: list };
}

export function optional(schema: Schema): Schema {
  return { ...schema, optional: true };
}

/** The field of a STRUCT schema, or nothing. */
export function fieldOf(schema: Schema, name: string): Field | undefined {
  return schema.fields?.find((field) => field.name === name);
}

/** Name, version, doc and parameters: what a rebuilt schema keeps of the old one. */
export function basicsOf(schema: Schema): Extras {
  const { name, version, doc, parameters } = schema;
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(doc === undefined ? {} : { doc }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** The basics and whether it is optional, with its default. */
export function attributesOf(schema: Schema): Extras {
  return { ...basicsOf(schema), optional: schema.optional, ...(schema.default === undefined ? {} : { default: schema.default }) };
}

const STRING = primitive('STRING');
const BYTES = primitive('BYTES');

/** The plain schemas that connectors use most. */
export const Schemas = {
  string: STRING,
  optionalString: optional(STRING),
  bytes: BYTES,
  optionalBytes: optional(BYTES),
  boolean: primitive('BOOLEAN'),
  int8: primitive('INT8'),
  int16: primitive('INT16'),
  int32: primitive('INT32'),
  int64: primitive('INT64'),
  float32: primitive('FLOAT32'),
  float64: primitive('FLOAT64'),
} as const;

function isFieldList(fields: Readonly<Record<string, Schema>> | readonly Field[]): fields is readonly Field[] {
  return Array.isArray(fields);
}
