import { defineConfig } from '../../config/index.js';
import { error } from '../../errors.js';
import { LogicalTypes } from '../data/logical-types.js';
import type { ConnectRecord, SinkRecord } from '../data/record.js';
import { basicsOf, Schemas, structOf, type Schema } from '../data/schema.js';
import { Struct } from '../data/struct.js';
import { fieldReader, onKeyAndValue, perSchema, requireMap, requireStruct } from './transformation.js';
import { replaceNullWithDefault } from './transform-keys.js';

const name = (what: string) =>
  ({
    type: 'STRING',
    default: null,
    importance: 'MEDIUM',
    doc: `Field for ${what}; a trailing ! makes it required, ? optional (default).`,
  }) as const;

const config = defineConfig({
  'topic.field': name('the topic'),
  'partition.field': name('the partition'),
  'offset.field': name('the offset (sinks only)'),
  'timestamp.field': name('the timestamp'),
  'static.field': name('a fixed value'),
  'static.value': { type: 'STRING', default: null, importance: 'MEDIUM', doc: 'The fixed value.' },
  ...replaceNullWithDefault,
});

interface Insertion {
  readonly name: string;
  readonly schema: Schema;
  /** The value with a schema, and without one; null leaves the field out of a map and null in a struct. */
  value(record: ConnectRecord, schemaless: boolean): unknown;
}

/** Inserts where a record lies, its time, or a fixed value as fields (`InsertField`). */
export const insertField = onKeyAndValue('InsertField', config, (options, side) => {
  const insertions = [
    insertion(options['topic.field'], Schemas.string, (record) => record.topic),
    insertion(options['partition.field'], Schemas.int32, (record) => record.partition),
    insertion(options['offset.field'], Schemas.int64, (record) => (isSinkRecord(record) ? record.offset : null)),
    insertion(options['timestamp.field'], LogicalTypes.timestamp, (record, schemaless) =>
      record.timestamp === null || schemaless ? record.timestamp : new Date(record.timestamp),
    ),
    insertion(options['static.field'], Schemas.string, () => options['static.value']),
  ].filter((entry) => entry !== undefined);
  if (options['static.field'] !== null && options['static.value'] === null) {
    throw error('HW_CONNECT_DATA', { problem: 'Invalid value null for configuration static.value: No value specified for static field' });
  }
  if (insertions.length === 0) throw error('HW_CONNECT_DATA', { problem: 'No field insertion configured' });
  const read = fieldReader(options['replace.null.with.default']);
  const schemaFor = perSchema((schema) => structOf([...(schema.fields ?? []), ...insertions], basicsOf(schema)));

  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (value === null) return record;
    if (!schema) {
      const added = insertions.map((entry) => [entry.name, entry.value(record, true)] as const).filter(([, inserted]) => inserted !== null);
      return side.replace(record, null, { ...requireMap(value, 'field insertion'), ...Object.fromEntries(added) });
    }
    const struct = requireStruct(value, 'field insertion');
    const cells = [
      ...(schema.fields ?? []).map((field) => [field.name, read(struct, field.name)] as const),
      ...insertions.map((entry) => [entry.name, entry.value(record, false)] as const),
    ];
    return side.replace(record, schemaFor(schema), new Struct(schemaFor(schema), cells));
  };
});

function insertion(spec: string | null, schema: Schema, value: Insertion['value']): Insertion | undefined {
  if (spec === null) return undefined;
  return { name: spec.replace(/[!?]$/, ''), schema: { ...schema, optional: !spec.endsWith('!') }, value };
}

function isSinkRecord(record: ConnectRecord): record is SinkRecord {
  return 'originalOffset' in record;
}
