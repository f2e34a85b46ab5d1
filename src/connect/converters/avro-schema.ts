import { error } from '../../errors.js';
import { logicalNames, scaleOf } from '../data/logical-types.js';
import type { Schema } from '../data/schema.js';

/** The Avro schema (as JSON) that stores values of a Connect schema. Records without a name are called ConnectDefault, ConnectDefault2, ... */
export function avroSchemaOf(schema: Schema, names: { count: number } = { count: 0 }): unknown {
  const bare = bareSchema(schema, names);
  return schema.optional ? ['null', bare] : bare;
}

function bareSchema(schema: Schema, names: { count: number }): unknown {
  switch (schema.name) {
    case logicalNames.timestamp:
      return { type: 'long', logicalType: 'timestamp-millis' };
    case logicalNames.date:
      return { type: 'int', logicalType: 'date' };
    case logicalNames.time:
      return { type: 'int', logicalType: 'time-millis' };
    case logicalNames.decimal:
      return { type: 'bytes', logicalType: 'decimal', precision: 64, scale: scaleOf(schema) };
  }
  switch (schema.type) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
      return 'int';
    case 'INT64':
      return 'long';
    case 'FLOAT32':
      return 'float';
    case 'FLOAT64':
      return 'double';
    case 'BOOLEAN':
    case 'STRING':
    case 'BYTES':
      return schema.type.toLowerCase();
    case 'ARRAY':
      return { type: 'array', items: avroSchemaOf(inner(schema.valueSchema), names) };
    case 'MAP':
      if (schema.keySchema?.type !== 'STRING') throw error('HW_CONNECT_DATA', { problem: 'Avro maps have text keys only' });
      return { type: 'map', values: avroSchemaOf(inner(schema.valueSchema), names) };
    case 'STRUCT':
      return {
        type: 'record',
        name: schema.name ?? nextName(names),
        ...(schema.doc === undefined ? {} : { doc: schema.doc }),
        fields: (schema.fields ?? []).map(({ name, schema: field }) => ({
          name,
          type: avroSchemaOf(field, names),
          ...(field.optional ? { default: null } : {}),
        })),
      };
  }
}

function nextName(names: { count: number }): string {
  names.count++;
  return names.count === 1 ? 'ConnectDefault' : `ConnectDefault${names.count}`;
}

function inner(schema: Schema | undefined): Schema {
  if (!schema) throw error('HW_CONNECT_DATA', { problem: 'a list or map without a schema for its values has no Avro form' });
  return schema;
}
