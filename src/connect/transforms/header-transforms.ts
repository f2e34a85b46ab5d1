import { defineConfig, validators } from '../../config/index.js';
import { error } from '../../errors.js';
import { parseText } from '../data/parse-text.js';
import type { ConnectHeader } from '../data/record.js';
import { basicsOf, fieldOf, structOf } from '../data/schema.js';
import { Struct } from '../data/struct.js';
import { fieldReader, onKeyAndValue, onRecord, perSchema, requireMap, requireStruct } from './transformation.js';
import { nonEmptyList, replaceNullWithDefault } from './transform-keys.js';

/** Removes all headers of the given names (`DropHeaders`). */
export const dropHeaders = onRecord(
  'DropHeaders',
  defineConfig({ headers: { type: 'LIST', importance: 'HIGH', doc: 'Names of the headers to remove.', validator: nonEmptyList } }),
  ({ headers }) => {
    const dropped = new Set(headers);
    return (record) => ({ ...record, headers: record.headers.filter((header) => !dropped.has(header.key)) });
  },
);

/** Adds a header with a fixed value to each record (`InsertHeader`). */
export const insertHeader = onRecord(
  'InsertHeader',
  defineConfig({
    header: { type: 'STRING', importance: 'HIGH', doc: 'Name of the header.', validator: validators.notNull },
    'value.literal': {
      type: 'STRING',
      importance: 'HIGH',
      doc: 'Its value, read as the simple header converter reads text.',
      validator: validators.notNull,
    },
  }),
  (options) => {
    const header: ConnectHeader = { key: options.header, ...parseText(options['value.literal']) };
    return (record) => ({ ...record, headers: [...record.headers, header] });
  },
);

const headerFromConfig = defineConfig({
  fields: { type: 'LIST', importance: 'HIGH', doc: 'Fields to copy or move into headers.', validator: nonEmptyList },
  headers: { type: 'LIST', importance: 'HIGH', doc: 'Header names, in the order of the fields.', validator: nonEmptyList },
  operation: {
    type: 'STRING',
    importance: 'HIGH',
    doc: 'move (the fields go from the record) or copy (they stay).',
    validator: validators.oneOf('move', 'copy'),
  },
  ...replaceNullWithDefault,
});

/** Copies or moves fields of the key or value into headers (`HeaderFrom`). */
export const headerFrom = onKeyAndValue('HeaderFrom', headerFromConfig, (options, side) => {
  const { fields, headers, operation } = options;
  if (fields.length !== headers.length)
    throw error('HW_CONNECT_DATA', { problem: "'fields' config must have the same number of elements as 'headers' config." });
  const read = fieldReader(options['replace.null.with.default']);
  const moved = new Set(operation === 'move' ? fields : []);
  const schemaFor = perSchema((schema) =>
    moved.size === 0
      ? schema
      : structOf(
          (schema.fields ?? []).filter(({ name }) => !moved.has(name)),
          basicsOf(schema),
        ),
  );

  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (!schema) {
      const map = requireMap(value, 'header');
      const added = fields.map((field, index): ConnectHeader => ({ key: headers[index] ?? '', schema: null, value: map[field] ?? null }));
      const left = Object.fromEntries(Object.entries(map).filter(([name]) => !moved.has(name)));
      return { ...side.replace(record, null, left), headers: [...record.headers, ...added] };
    }
    const struct = requireStruct(value, 'header');
    const added = fields.map((field, index): ConnectHeader => {
      return { key: headers[index] ?? '', schema: fieldOf(schema, field)?.schema ?? null, value: read(struct, field) };
    });
    const updated = schemaFor(schema);
    const left = new Struct(
      updated,
      (updated.fields ?? []).map(({ name }) => [name, read(struct, name)] as const),
    );
    return { ...side.replace(record, updated, moved.size === 0 ? struct : left), headers: [...record.headers, ...added] };
  };
});
