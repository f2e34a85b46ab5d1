import { error } from '../../errors.js';
import { isPlainMap } from '../data/struct.js';
import type { Field, Schema, SchemaType } from '../data/schema.js';
import { fromJsonValue, toJsonValue, type JsonFormat } from './json-value.js';

const names: Readonly<Record<SchemaType, string>> = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float',
  FLOAT64: 'double',
  BOOLEAN: 'boolean',
  STRING: 'string',
  BYTES: 'bytes',
  ARRAY: 'array',
  MAP: 'map',
  STRUCT: 'struct',
};
const types = new Map(Object.entries(names).map(([type, name]) => [name, type as SchemaType]));

/** A schema in the form of the JSON converter's envelope. */
export function schemaToJson(schema: Schema, format: JsonFormat): Record<string, unknown> {
  return {
    type: names[schema.type],
    ...(schema.type === 'ARRAY' && schema.valueSchema ? { items: schemaToJson(schema.valueSchema, format) } : {}),
    ...(schema.type === 'MAP' && schema.keySchema ? { keys: schemaToJson(schema.keySchema, format) } : {}),
    ...(schema.type === 'MAP' && schema.valueSchema ? { values: schemaToJson(schema.valueSchema, format) } : {}),
    ...(schema.fields ? { fields: schema.fields.map(({ name, schema: type }) => ({ ...schemaToJson(type, format), field: name })) } : {}),
    optional: schema.optional,
    ...(schema.name === undefined ? {} : { name: schema.name }),
    ...(schema.version === undefined ? {} : { version: schema.version }),
    ...(schema.doc === undefined ? {} : { doc: schema.doc }),
    ...(schema.parameters === undefined ? {} : { parameters: schema.parameters }),
    ...(schema.default === undefined ? {} : { default: toJsonValue(schema, schema.default, format) }),
  };
}

/** The schema that an envelope carries. Throws HW_CONNECT_DATA. */
export function schemaFromJson(json: unknown, format: JsonFormat): Schema {
  if (!isPlainMap(json)) throw wrong('a schema must be a JSON object');
  const type = types.get(String(json.type));
  if (!type) throw wrong(typeof json.type === 'string' ? `Unknown schema type: ${json.type}` : "Schema must contain 'type' field");
  const bare: Schema = {
    type,
    optional: json.optional === true,
    ...(typeof json.name === 'string' ? { name: json.name } : {}),
    ...(typeof json.version === 'number' ? { version: json.version } : {}),
    ...(typeof json.doc === 'string' ? { doc: json.doc } : {}),
    ...(isPlainMap(json.parameters)
      ? { parameters: Object.fromEntries(Object.entries(json.parameters).map(([k, v]) => [k, String(v)])) }
      : {}),
    ...(type === 'STRUCT' ? { fields: fieldsFromJson(json.fields, format) } : {}),
    ...(type === 'ARRAY' ? { valueSchema: schemaFromJson(json.items, format) } : {}),
    ...(type === 'MAP' ? { keySchema: schemaFromJson(json.keys, format), valueSchema: schemaFromJson(json.values, format) } : {}),
  };
  return json.default === undefined || json.default === null ? bare : { ...bare, default: fromJsonValue(bare, json.default, format) };
}

function fieldsFromJson(json: unknown, format: JsonFormat): Field[] {
  if (!Array.isArray(json)) throw wrong('Struct schema\'s "fields" argument is not an array.');
  return json.map((field: unknown) => {
    if (!isPlainMap(field) || typeof field.field !== 'string') throw wrong("Struct schema's field name not specified properly");
    return { name: field.field, schema: schemaFromJson(field, format) };
  });
}

function wrong(problem: string): Error {
  return error('HW_CONNECT_DATA', { problem });
}
