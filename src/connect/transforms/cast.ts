import { defineConfig } from '../../config/index.js';
import { error } from '../../errors.js';
import { attributesOf, basicsOf, primitive, structOf, type Schema } from '../data/schema.js';
import { Struct } from '../data/struct.js';
import { castTypes, castValue, type CastType } from './cast-value.js';
import { fieldReader, onKeyAndValue, perSchema, requireMap, requireStruct } from './transformation.js';
import { replaceNullWithDefault } from './transform-keys.js';

const config = defineConfig({
  spec: {
    type: 'LIST',
    importance: 'HIGH',
    doc: 'Fields and the types to cast them to, as field1:type,field2:type; one bare type casts the whole key or value. Types: int8, int16, int32, int64, float32, float64, boolean, string.',
    validator: (value) => (Array.isArray(value) && value.length === 0 ? 'Must specify at least one field to cast.' : undefined),
  },
  ...replaceNullWithDefault,
});

/** Casts fields, or the whole key or value, to another primitive type (`Cast`). */
export const cast = onKeyAndValue('Cast', config, (options, side) => {
  const { whole, fields } = parseSpec(options.spec);
  const read = fieldReader(options['replace.null.with.default']);
  const schemaFor = perSchema((schema) => (whole ? wholeSchema(schema, whole) : structSchema(schema, fields)));

  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (!schema) {
      if (whole) return side.replace(record, null, castValue(null, value, whole));
      if (value === null) return record;
      const entries = Object.entries(requireMap(value, 'cast types')).map(([name, entry]) => {
        const type = fields.get(name);
        return [name, type ? castValue(null, entry, type) : entry] as const;
      });
      return side.replace(record, null, Object.fromEntries(entries));
    }
    if (whole) {
      if (value === null && schema.type === 'STRUCT') return record;
      return side.replace(record, schemaFor(schema), castValue(schema, value, whole));
    }
    const updated = schemaFor(schema);
    if (value === null) return record;
    const struct = requireStruct(value, 'cast types');
    const cells = (schema.fields ?? []).map(({ name, schema: field }) => {
      const type = fields.get(name);
      return [name, type ? castValue(field, read(struct, name), type) : read(struct, name)] as const;
    });
    return side.replace(record, updated, new Struct(updated, cells));
  };
});

function parseSpec(spec: readonly string[]): { whole: CastType | undefined; fields: Map<string, CastType> } {
  const fields = new Map<string, CastType>();
  let whole: CastType | undefined;
  for (const entry of spec) {
    const parts = entry.split(':');
    if (parts.length > 2) throw error('HW_CONNECT_DATA', { problem: `Invalid rename mapping: ${entry}` });
    if (parts.length === 1) whole = castType(entry);
    else fields.set(parts[0] ?? '', castType(parts[1] ?? ''));
  }
  if (whole && spec.length > 1) {
    throw error('HW_CONNECT_DATA', {
      problem: 'Cast transformations that specify a type to cast the entire value to may only specify a single cast',
    });
  }
  return { whole, fields };
}

function castType(name: string): CastType {
  const type = castTypes.get(name.trim().toLowerCase());
  if (!type) throw error('HW_CONNECT_DATA', { problem: `Invalid type found in casting spec: ${name}` });
  return type;
}

function wholeSchema(schema: Schema, type: CastType): Schema {
  return primitive(type, { ...basicsOf(schema), optional: schema.optional, ...castDefault(schema, type) });
}

function structSchema(schema: Schema, casts: ReadonlyMap<string, CastType>): Schema {
  const fields = (schema.fields ?? []).map(({ name, schema: field }) => {
    const type = casts.get(name);
    if (!type) return { name, schema: field };
    return { name, schema: primitive(type, { optional: field.optional, ...castDefault(field, type) }) };
  });
  return structOf(fields, attributesOf(schema));
}

function castDefault(schema: Schema, type: CastType): { default?: unknown } {
  return schema.default === undefined ? {} : { default: castValue(schema, schema.default, type) };
}
