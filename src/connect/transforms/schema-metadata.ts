import { defineConfig } from '../../config/index.js';
import { error } from '../../errors.js';
import { Struct } from '../data/struct.js';
import { fieldReader, onKeyAndValue, perSchema } from './transformation.js';
import { replaceNullWithDefault } from './transform-keys.js';

const config = defineConfig({
  'schema.name': { type: 'STRING', default: null, importance: 'HIGH', doc: 'Name to give the schema.' },
  'schema.version': { type: 'INT', default: null, importance: 'HIGH', doc: 'Version to give the schema.' },
  ...replaceNullWithDefault,
});

/** Sets name and version of the key's or value's schema (`SetSchemaMetadata`). */
export const setSchemaMetadata = onKeyAndValue('SetSchemaMetadata', config, (options, side) => {
  const name = options['schema.name'];
  const version = options['schema.version'];
  if (name === null && version === null) throw error('HW_CONNECT_DATA', { problem: 'Neither schema name nor version configured' });
  const read = fieldReader(options['replace.null.with.default']);
  const schemaFor = perSchema((schema) => ({ ...schema, ...(name === null ? {} : { name }), ...(version === null ? {} : { version }) }));
  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (!schema && value === null) return record;
    if (!schema) throw error('HW_CONNECT_DATA', { problem: 'Schema required for [updating schema metadata]' });
    const updated = schemaFor(schema);
    const cells = (struct: Struct) => (schema.fields ?? []).map((field) => [field.name, read(struct, field.name)] as const);
    return side.replace(record, updated, value instanceof Struct ? new Struct(updated, cells(value)) : value);
  };
});
