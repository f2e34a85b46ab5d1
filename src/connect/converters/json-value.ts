import { error } from '../../errors.js';
import { Decimal } from '../data/decimal.js';
import { floatText } from '../data/java-text.js';
import { fromStored, logicalNames, scaleOf, toStored } from '../data/logical-types.js';
import type { Schema } from '../data/schema.js';
import { isPlainMap, Struct } from '../data/struct.js';

export interface JsonFormat {
  readonly decimals: 'BASE64' | 'NUMERIC';
  readonly replaceNullWithDefault: boolean;
}

/** A Connect value as a JSON value. Without a schema, what JavaScript calls it decides. Throws HW_CONNECT_DATA. */
export function toJsonValue(schema: Schema | null, given: unknown, format: JsonFormat): unknown {
  let value = given;
  if (value === null || value === undefined) {
    if (!schema) return null;
    if (schema.default !== undefined && format.replaceNullWithDefault) value = schema.default;
    else if (schema.optional) return null;
    else throw wrong('Conversion error: null value for field that is required and has no default value');
  }
  if (schema?.name === logicalNames.decimal && format.decimals === 'NUMERIC' && value instanceof Decimal) return value.toNumber();
  const stored = schema ? toStored(schema, value) : value;
  if (stored instanceof Uint8Array) return Buffer.from(stored).toString('base64');
  if (stored instanceof Struct) return structToJson(schema, stored, format);
  if (Array.isArray(stored)) return stored.map((entry) => toJsonValue(schema?.valueSchema ?? null, entry, format));
  if (stored instanceof Map) return mapToJson(schema, stored as Map<unknown, unknown>, format);
  if (isPlainMap(stored))
    return Object.fromEntries(Object.entries(stored).map(([key, entry]) => [key, toJsonValue(schema?.valueSchema ?? null, entry, format)]));
  if (schema?.type === 'FLOAT32') return Number(floatText(Number(stored)));
  if (['string', 'number', 'boolean', 'bigint'].includes(typeof stored)) return checkedScalar(schema, stored);
  throw wrong(`${typeof stored} has no place in Connect's data API`);
}

/** The Connect value of a JSON value, by its schema. Throws HW_CONNECT_DATA. */
export function fromJsonValue(schema: Schema | null, json: unknown, format: JsonFormat): unknown {
  if (!schema) return json;
  if (json === null || json === undefined) {
    if (schema.default !== undefined && format.replaceNullWithDefault) return schema.default;
    if (schema.optional) return null;
    throw wrong(`Invalid null value for required ${schema.type} field`);
  }
  switch (schema.type) {
    case 'BYTES':
      if (schema.name === logicalNames.decimal && typeof json !== 'string') return numericDecimal(schema, json);
      if (typeof json !== 'string') throw unfit(schema, json);
      return fromStored(schema, Buffer.from(json, 'base64'));
    case 'STRING':
      if (typeof json !== 'string') throw unfit(schema, json);
      return json;
    case 'BOOLEAN':
      if (typeof json !== 'boolean') throw unfit(schema, json);
      return json;
    case 'ARRAY':
      if (!Array.isArray(json)) throw unfit(schema, json);
      return json.map((entry: unknown) => fromJsonValue(schema.valueSchema ?? null, entry, format));
    case 'MAP':
      return mapFromJson(schema, json, format);
    case 'STRUCT': {
      if (!isPlainMap(json)) throw unfit(schema, json);
      const fields = schema.fields ?? [];
      return new Struct(
        schema,
        fields.map(({ name, schema: type }) => [name, fromJsonValue(type, json[name], format)] as const),
      );
    }
    default:
      if (typeof json !== 'number' && typeof json !== 'bigint') throw unfit(schema, json);
      return fromStored(schema, number(schema, json));
  }
}

function number(schema: Schema, json: number | bigint): number | bigint {
  if (schema.type === 'FLOAT32') return Math.fround(Number(json));
  if (schema.type === 'FLOAT64') return Number(json);
  return typeof json === 'bigint' ? json : Math.trunc(json);
}

function numericDecimal(schema: Schema, json: unknown): Decimal {
  const parsed = Decimal.parse(String(json));
  if (!parsed) throw unfit(schema, json);
  const shift = scaleOf(schema) - parsed.scale;
  return shift >= 0 ? new Decimal(parsed.unscaled * 10n ** BigInt(shift), scaleOf(schema)) : parsed;
}

function structToJson(schema: Schema | null, struct: Struct, format: JsonFormat): Record<string, unknown> {
  if (schema && !sameFields(schema, struct.schema)) throw wrong('Mismatching schema.');
  const read = (name: string): unknown => (format.replaceNullWithDefault ? struct.get(name) : struct.getWithoutDefault(name));
  return Object.fromEntries((struct.schema.fields ?? []).map(({ name, schema: type }) => [name, toJsonValue(type, read(name), format)]));
}

function sameFields(one: Schema, other: Schema): boolean {
  return one === other || one.fields?.map((field) => field.name).join() === other.fields?.map((field) => field.name).join();
}

function mapToJson(schema: Schema | null, map: Map<unknown, unknown>, format: JsonFormat): unknown {
  const entries = [...map].map(([key, entry]) => [
    toJsonValue(schema?.keySchema ?? null, key, format),
    toJsonValue(schema?.valueSchema ?? null, entry, format),
  ]);
  const named = schema?.keySchema
    ? schema.keySchema.type === 'STRING' && !schema.keySchema.optional
    : entries.every(([key]) => typeof key === 'string');
  return named ? Object.fromEntries(entries as [string, unknown][]) : entries;
}

function mapFromJson(schema: Schema, json: unknown, format: JsonFormat): Map<unknown, unknown> {
  const entries: [unknown, unknown][] = Array.isArray(json) ? (json as [unknown, unknown][]) : isPlainMap(json) ? Object.entries(json) : [];
  if (!Array.isArray(json) && !isPlainMap(json)) throw unfit(schema, json);
  return new Map(
    entries.map(([key, entry]) => [
      fromJsonValue(schema.keySchema ?? null, key, format),
      fromJsonValue(schema.valueSchema ?? null, entry, format),
    ]),
  );
}

function checkedScalar(schema: Schema | null, value: unknown): unknown {
  if (!schema) return value;
  const wanted = schema.type === 'STRING' ? 'string' : schema.type === 'BOOLEAN' ? 'boolean' : 'number';
  const got = typeof value === 'bigint' ? 'number' : typeof value;
  if (wanted !== got || schema.type === 'BYTES') throw wrong(`Invalid type for ${schema.type}: ${typeof value}`);
  return value;
}

function unfit(schema: Schema, json: unknown): Error {
  return wrong(`a ${schema.type} cannot be read from JSON ${JSON.stringify(json)}`);
}

function wrong(problem: string): Error {
  return error('HW_CONNECT_DATA', { problem });
}
