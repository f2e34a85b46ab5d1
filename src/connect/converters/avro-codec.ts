import { error } from '../../errors.js';
import { Decimal } from '../data/decimal.js';
import { fromStored, LogicalTypes, toStored } from '../data/logical-types.js';
import { arrayOf, mapOf, optional, primitive, Schemas, structOf, type Schema } from '../data/schema.js';
import { isPlainMap, Struct } from '../data/struct.js';

/** An Avro schema seen as a Connect schema, with the way of values between the two. */
export interface AvroCodec {
  readonly schema: Schema;
  readonly read: (value: unknown) => unknown;
  readonly write: (value: unknown) => unknown;
}

const same = (value: unknown): unknown => value;
const plainTypes: Readonly<Record<string, Schema>> = {
  int: Schemas.int32,
  long: Schemas.int64,
  float: Schemas.float32,
  double: Schemas.float64,
  boolean: Schemas.boolean,
  string: Schemas.string,
  bytes: Schemas.bytes,
};

/** The codec of an Avro schema (as parsed JSON). Throws HW_CONNECT_DATA for unions other than "nothing or one type". */
export function avroCodec(avro: unknown, named = new Map<string, AvroCodec>()): AvroCodec {
  if (Array.isArray(avro)) return unionCodec(avro, named);
  if (typeof avro === 'string') {
    const plain = plainTypes[avro];
    const known = plain ? { schema: plain, read: same, write: same } : named.get(avro);
    if (!known) throw wrong(`Avro type ${avro} has no counterpart in Connect`);
    return known;
  }
  if (!isPlainMap(avro)) throw wrong('this is no Avro schema');
  if (typeof avro.logicalType === 'string') {
    const codec = logicalCodec(avro);
    if (codec) return codec;
  }
  switch (avro.type) {
    case 'record':
      return recordCodec(avro, named);
    case 'array': {
      const items = avroCodec(avro.items, named);
      const each = (map: (value: unknown) => unknown) => (list: unknown) => (list as unknown[]).map(map);
      return { schema: arrayOf(items.schema), read: each(items.read), write: each(items.write) };
    }
    case 'map': {
      const values = avroCodec(avro.values, named);
      return {
        schema: mapOf(Schemas.string, values.schema),
        read: (map) => new Map(Object.entries(map as object).map(([key, value]) => [key, values.read(value)])),
        write: (map) => Object.fromEntries([...(map as Map<string, unknown>)].map(([key, value]) => [key, values.write(value)])),
      };
    }
    case 'enum':
      return remember(avro, named, { schema: primitive('STRING', { name: fullName(avro) }), read: same, write: same });
    case 'fixed':
      return remember(avro, named, { schema: primitive('BYTES', { name: fullName(avro) }), read: same, write: same });
    default:
      return avroCodec(avro.type, named);
  }
}

function unionCodec(branches: readonly unknown[], named: Map<string, AvroCodec>): AvroCodec {
  const values = branches.filter((branch) => branch !== 'null');
  if (values.length !== 1 || values.length === branches.length) throw wrong('Connect knows no unions but of null and one type');
  const codec = avroCodec(values[0], named);
  const nullable = (map: (value: unknown) => unknown) => (value: unknown) => (value === null || value === undefined ? null : map(value));
  return { schema: optional(codec.schema), read: nullable(codec.read), write: nullable(codec.write) };
}

function recordCodec(avro: Record<string, unknown>, named: Map<string, AvroCodec>): AvroCodec {
  const fields = (avro.fields as { name: string; type: unknown; doc?: string }[]).map(({ name, type, doc }) => {
    const codec = avroCodec(type, named);
    return { name, codec, schema: doc === undefined ? codec.schema : { ...codec.schema, doc } };
  });
  const schema = structOf(fields, { name: fullName(avro), ...(typeof avro.doc === 'string' ? { doc: avro.doc } : {}) });
  return remember(avro, named, {
    schema,
    read: (value) =>
      new Struct(
        schema,
        fields.map(({ name, codec }) => [name, codec.read((value as Record<string, unknown>)[name])] as const),
      ),
    write: (value) => Object.fromEntries(fields.map(({ name, codec }) => [name, codec.write((value as Struct).get(name))])),
  });
}

function logicalCodec(avro: Record<string, unknown>): AvroCodec | undefined {
  const dated = (schema: Schema): AvroCodec => ({
    schema,
    read: (value) => fromStored(schema, value),
    write: (value) => toStored(schema, value),
  });
  switch (avro.logicalType) {
    case 'timestamp-millis':
      return dated(LogicalTypes.timestamp);
    case 'date':
      return dated(LogicalTypes.date);
    case 'time-millis':
      return dated(LogicalTypes.time);
    case 'decimal': {
      const scale = Number(avro.scale ?? 0);
      return {
        schema: LogicalTypes.decimal(scale),
        read: (bytes) => Decimal.fromBytes(bytes as Uint8Array, scale),
        write: (value) => (value as Decimal).toBytes(),
      };
    }
    case 'float32-array':
      return {
        schema: arrayOf(Schemas.float32),
        read: (row) => Array.from(row as Float32Array),
        write: (list) => Float32Array.from(list as number[]),
      };
    default:
      return undefined;
  }
}

function remember(avro: Record<string, unknown>, named: Map<string, AvroCodec>, codec: AvroCodec): AvroCodec {
  named.set(fullName(avro), codec);
  if (typeof avro.name === 'string') named.set(avro.name, codec);
  return codec;
}

function fullName(avro: Record<string, unknown>): string {
  const name = String(avro.name);
  return typeof avro.namespace === 'string' && !name.includes('.') ? `${avro.namespace}.${name}` : name;
}

function wrong(problem: string): Error {
  return error('HW_CONNECT_DATA', { problem });
}
