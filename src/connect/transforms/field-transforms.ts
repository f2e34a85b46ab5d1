import { defineConfig, validators } from '../../config/index.js';
import { error } from '../../errors.js';
import { attributesOf, basicsOf, fieldOf, structOf, type Schema } from '../data/schema.js';
import { Struct } from '../data/struct.js';
import { fieldPath, schemaAt, valueInMap, valueInStruct } from './field-path.js';
import { fieldReader, onKeyAndValue, onRecord, perSchema, requireMap, requireStruct } from './transformation.js';
import { colonPairs, nonEmptyList, replaceNullWithDefault } from './transform-keys.js';

const extractConfig = defineConfig({
  field: { type: 'STRING', importance: 'MEDIUM', doc: 'Field to extract.' },
  ...replaceNullWithDefault,
  'field.syntax.version': {
    type: 'STRING',
    default: 'V1',
    importance: 'HIGH',
    doc: 'V1 names a field of the top level; V2 allows a path with dots, backticks around names that hold dots.',
    validator: validators.oneOfIgnoringCase('V1', 'V2'),
  },
});

/** Replaces the key or value by one of its fields (`ExtractField`). */
export const extractField = onKeyAndValue('ExtractField', extractConfig, (options, side) => {
  const path = fieldPath(options.field, options['field.syntax.version']);
  const read = fieldReader(options['replace.null.with.default']);
  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (!schema) return side.replace(record, null, value === null ? null : valueInMap(requireMap(value, 'field extraction'), path));
    const found = schemaAt(schema, path);
    if (!found) throw error('HW_CONNECT_DATA', { problem: `Unknown field: ${options.field}` });
    return side.replace(record, found, value === null ? null : valueInStruct(requireStruct(value, 'field extraction'), path, read));
  };
});

/** Wraps the key or value in a field of a new struct or map (`HoistField`). */
export const hoistField = onKeyAndValue(
  'HoistField',
  defineConfig({ field: { type: 'STRING', importance: 'MEDIUM', doc: 'Name of the new field.' } }),
  ({ field }, side) => {
    const schemaFor = perSchema((schema) => structOf({ [field]: schema }));
    return (record) => {
      const schema = side.schema(record);
      const wrapped = { [field]: side.value(record) };
      if (!schema) return side.replace(record, null, wrapped);
      return side.replace(record, schemaFor(schema), new Struct(schemaFor(schema), wrapped));
    };
  },
);

const replaceConfig = defineConfig({
  exclude: { type: 'LIST', default: '', importance: 'MEDIUM', doc: 'Fields to leave out; stronger than include.' },
  include: { type: 'LIST', default: '', importance: 'MEDIUM', doc: 'Fields to keep; all others go.' },
  renames: { type: 'LIST', default: '', importance: 'MEDIUM', doc: 'Fields to rename, as old:new.', validator: colonPairs },
  ...replaceNullWithDefault,
});

/** Filters and renames fields (`ReplaceField`). */
export const replaceField = onKeyAndValue('ReplaceField', replaceConfig, (options, side) => {
  const exclude = new Set(options.exclude);
  const include = new Set(options.include);
  const renames = new Map(options.renames.map((pair) => pair.split(':') as [string, string]));
  // Connect finds a renamed field by its new name: of two that get the same, or where a field had it already, the last pair counts.
  const origins = new Map([...renames].map(([from, to]) => [to, from]));
  const read = fieldReader(options['replace.null.with.default']);
  const kept = (name: string): boolean => !exclude.has(name) && (include.size === 0 || include.has(name));
  const schemaFor = perSchema((schema) => {
    const fields = (schema.fields ?? []).filter(({ name }) => kept(name));
    return structOf(
      fields.map(({ name, schema: field }) => ({ name: renames.get(name) ?? name, schema: field })),
      basicsOf(schema),
    );
  });
  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (value === null) return record;
    if (!schema) {
      const entries = Object.entries(requireMap(value, 'field replacement')).filter(([name]) => kept(name));
      return side.replace(record, null, Object.fromEntries(entries.map(([name, entry]) => [renames.get(name) ?? name, entry])));
    }
    const struct = requireStruct(value, 'field replacement');
    const updated = schemaFor(schema);
    const cells = (updated.fields ?? []).map(({ name }) => [name, read(struct, origins.get(name) ?? name)] as const);
    return side.replace(record, updated, new Struct(updated, cells));
  };
});

const valueToKeyConfig = defineConfig({
  fields: { type: 'LIST', importance: 'HIGH', doc: 'Fields of the value that become the key.', validator: nonEmptyList },
  ...replaceNullWithDefault,
});

/** Makes the key of fields of the value (`ValueToKey`). */
export const valueToKey = onRecord('ValueToKey', valueToKeyConfig, (options) => {
  const read = fieldReader(options['replace.null.with.default']);
  const keySchemaFor = perSchema((schema) => structOf(options.fields.map((name) => ({ name, schema: requiredField(schema, name) }))));
  return (record) => {
    if (!record.valueSchema) {
      const map = requireMap(record.value, 'copying fields from value to key');
      return { ...record, keySchema: null, key: Object.fromEntries(options.fields.map((name) => [name, map[name] ?? null])) };
    }
    const struct = requireStruct(record.value, 'copying fields from value to key');
    const keySchema = keySchemaFor(struct.schema);
    return {
      ...record,
      keySchema,
      key: new Struct(
        keySchema,
        options.fields.map((name) => [name, read(struct, name)] as const),
      ),
    };
  };
});

/** Joins nested fields into one level, their names joined by a delimiter (`Flatten`). */
export const flatten = onKeyAndValue(
  'Flatten',
  defineConfig({ delimiter: { type: 'STRING', default: '.', importance: 'MEDIUM', doc: 'Text between the names of parent and child.' } }),
  ({ delimiter }, side) => {
    const join = (prefix: string, name: string): string => (prefix === '' ? name : prefix + delimiter + name);
    const schemaFor = perSchema((schema) => structOf(flatFields(schema, '', schema.optional, schema.default, join), basicsOf(schema)));
    return (record) => {
      const schema = side.schema(record);
      const value = side.value(record);
      if (value === null) return record;
      if (!schema) return side.replace(record, null, Object.fromEntries(flatEntries(requireMap(value, 'flattening'), '', join)));
      const struct = requireStruct(value, 'flattening');
      return side.replace(record, schemaFor(schema), new Struct(schemaFor(schema), flatCells(struct, '', join)));
    };
  },
);

type Join = (prefix: string, name: string) => string;

function flatFields(
  schema: Schema,
  prefix: string,
  optional: boolean,
  parentDefault: unknown,
  join: Join,
): { name: string; schema: Schema }[] {
  return (schema.fields ?? []).flatMap(({ name, schema: field }) => {
    const inherited = field.default ?? (parentDefault instanceof Struct ? (parentDefault.get(name) ?? undefined) : undefined);
    const isOptional = optional || field.optional;
    if (field.type === 'STRUCT') return flatFields(field, join(prefix, name), isOptional, inherited, join);
    if (field.type === 'ARRAY' || field.type === 'MAP') {
      throw error('HW_CONNECT_DATA', {
        problem: `Flatten transformation does not support ${field.type} for record with schemas (field ${join(prefix, name)})`,
      });
    }
    const { default: _own, ...bare } = { ...field, ...attributesOf(field) };
    return [
      { name: join(prefix, name), schema: { ...bare, optional: isOptional, ...(inherited === undefined ? {} : { default: inherited }) } },
    ];
  });
}

function flatCells(struct: Struct | null, prefix: string, join: Join): [string, unknown][] {
  return (struct?.schema.fields ?? []).flatMap(({ name, schema }): [string, unknown][] => {
    const value = struct?.get(name) ?? null;
    return schema.type === 'STRUCT' ? flatCells(value as Struct | null, join(prefix, name), join) : [[join(prefix, name), value]];
  });
}

function flatEntries(map: Record<string, unknown>, prefix: string, join: Join): [string, unknown][] {
  return Object.entries(map).flatMap(([name, value]): [string, unknown][] => {
    const path = join(prefix, name);
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
    return nested ? flatEntries(requireMap(value, 'flattening'), path, join) : [[path, value]];
  });
}

function requiredField(schema: Schema, name: string): Schema {
  const field = fieldOf(schema, name);
  if (!field) throw error('HW_CONNECT_DATA', { problem: `Field does not exist: ${name}` });
  return field.schema;
}
