import { defineConfig, validators } from '../../config/index.js';
import { error } from '../../errors.js';
import { dateFormat, type DateFormat } from '../data/date-format.js';
import { DAY_MS, logicalNames, LogicalTypes } from '../data/logical-types.js';
import { attributesOf, Schemas, structOf, type Schema } from '../data/schema.js';
import { Struct } from '../data/struct.js';
import { fieldReader, onKeyAndValue, perSchema, requireMap, requireStruct } from './transformation.js';
import { replaceNullWithDefault } from './transform-keys.js';

const KINDS = ['string', 'unix', 'Date', 'Time', 'Timestamp'] as const;
type Kind = (typeof KINDS)[number];
const NANOS = { nanoseconds: 1n, microseconds: 1_000n, milliseconds: 1_000_000n, seconds: 1_000_000_000n };
type Precision = keyof typeof NANOS;

const config = defineConfig({
  field: { type: 'STRING', default: '', importance: 'HIGH', doc: 'Field with the time; empty where the whole key or value is one.' },
  'target.type': {
    type: 'STRING',
    importance: 'HIGH',
    doc: 'What to make of it: string, unix, Date, Time or Timestamp.',
    validator: validators.oneOf(...KINDS),
  },
  format: { type: 'STRING', default: '', importance: 'MEDIUM', doc: 'Pattern of times as text, as java.text.SimpleDateFormat.' },
  'unix.precision': {
    type: 'STRING',
    default: 'milliseconds',
    importance: 'LOW',
    doc: 'Unit of unix times: seconds, milliseconds, microseconds or nanoseconds. Times are kept to the millisecond.',
    validator: validators.oneOf(...Object.keys(NANOS)),
  },
  ...replaceNullWithDefault,
});

const schemas: Readonly<Record<Kind, Schema>> = {
  string: Schemas.string,
  unix: Schemas.int64,
  Date: LogicalTypes.date,
  Time: LogicalTypes.time,
  Timestamp: LogicalTypes.timestamp,
};

/** Converts times between text, unix numbers and Connect's Date, Time and Timestamp (`TimestampConverter`). */
export const timestampConverter = onKeyAndValue('TimestampConverter', config, (options, side) => {
  const target = options['target.type'] as Kind;
  const format = options.format.trim() === '' ? undefined : dateFormat(options.format);
  if (target === 'string' && !format) {
    throw error('HW_CONNECT_DATA', { problem: 'TimestampConverter requires format option to be specified when using string timestamps' });
  }
  const read = fieldReader(options['replace.null.with.default']);
  const precision = options['unix.precision'] as Precision;
  const convert = (value: unknown, kind: Kind): unknown =>
    value === null || value === undefined ? null : fromDate(toDate(value, kind, format, precision), target, format, precision);
  const targetSchema = (old: Schema): Schema => ({ ...schemas[target], optional: old.optional });
  const converted = (struct: Struct, schema: Schema): Struct =>
    new Struct(
      schema,
      (struct.schema.fields ?? []).map(({ name, schema: field }) => {
        const cell = read(struct, name);
        return [name, name === options.field ? convert(cell, kindOfSchema(field)) : cell] as const;
      }),
    );
  const schemaFor = perSchema((schema) => {
    if (schema.type !== 'STRUCT') throw error('HW_CONNECT_DATA', { problem: `the schema ${schema.type} has no fields` });
    const fields = (schema.fields ?? []).map(({ name, schema: field }) => ({
      name,
      schema: name === options.field ? targetSchema(field) : field,
    }));
    const updated = structOf(fields, attributesOf(schema));
    return schema.default instanceof Struct ? { ...updated, default: converted(schema.default, updated) } : updated;
  });

  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (!schema) {
      if (value === null || options.field === '')
        return side.replace(record, null, value === null ? null : convert(value, kindOfValue(value)));
      const map = requireMap(value, 'converting timestamp formats');
      const old = map[options.field];
      return side.replace(record, null, {
        ...map,
        [options.field]: old === null || old === undefined ? null : convert(old, kindOfValue(old)),
      });
    }
    if (options.field === '') return side.replace(record, targetSchema(schema), convert(value, kindOfSchema(schema)));
    const updated = schemaFor(schema);
    return side.replace(record, updated, value === null ? null : converted(requireStruct(value, 'converting timestamp formats'), updated));
  };
});

function kindOfSchema(schema: Schema): Kind {
  if (schema.name === logicalNames.timestamp) return 'Timestamp';
  if (schema.name === logicalNames.date) return 'Date';
  if (schema.name === logicalNames.time) return 'Time';
  if (schema.type === 'STRING') return 'string';
  if (schema.type === 'INT64') return 'unix';
  throw error('HW_CONNECT_DATA', { problem: `Schema ${schema.type} does not correspond to a known timestamp type format` });
}

function kindOfValue(value: unknown): Kind {
  if (value instanceof Date) return 'Timestamp';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'unix';
  throw error('HW_CONNECT_DATA', { problem: 'TimestampConverter does not support this type of timestamp' });
}

function toDate(value: unknown, kind: Kind, format: DateFormat | undefined, precision: Precision): Date {
  if (kind === 'string') {
    const parsed = format?.parse(String(value));
    if (!parsed)
      throw error('HW_CONNECT_DATA', { problem: `Could not parse timestamp: value (${String(value)}) does not match the pattern` });
    return parsed;
  }
  return kind === 'unix' ? new Date(Number((BigInt(value as number) * NANOS[precision]) / 1_000_000n)) : (value as Date);
}

function fromDate(date: Date, kind: Kind, format: DateFormat | undefined, precision: Precision): unknown {
  const millis = date.getTime();
  switch (kind) {
    case 'string':
      return format?.format(date);
    case 'unix': {
      const exact = (BigInt(millis) * 1_000_000n) / NANOS[precision];
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
    }
    case 'Date':
      return new Date(Math.floor(millis / DAY_MS) * DAY_MS);
    case 'Time':
      return new Date(((millis % DAY_MS) + DAY_MS) % DAY_MS);
    case 'Timestamp':
      return date;
  }
}
