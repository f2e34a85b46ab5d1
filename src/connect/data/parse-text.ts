import { Decimal } from './decimal.js';
import { LogicalTypes } from './logical-types.js';
import { arrayOf, mapOf, primitive, Schemas, type Schema } from './schema.js';

/** A value together with its schema; null where it has none. */
export interface SchemaAndValue {
  readonly schema: Schema | null;
  readonly value: unknown;
}

const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const RANK = ['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64'];

/** The value that a text stands for, by the rules of Connect's simple header converter: the narrowest number, a date, a list, a map, else the text. */
export function parseText(text: string): SchemaAndValue {
  const trimmed = text.trim();
  if (trimmed === '') return { schema: Schemas.string, value: text };
  return scalar(trimmed) ?? collection(trimmed) ?? { schema: Schemas.string, value: text };
}

function scalar(text: string): SchemaAndValue | undefined {
  if (text === 'null') return { schema: null, value: null };
  if (text === 'true' || text === 'false') return { schema: Schemas.boolean, value: text === 'true' };
  if (NUMBER.test(text)) return number(text);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { schema: LogicalTypes.date, value: new Date(`${text}T00:00:00Z`) };
  if (/^\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text)) return { schema: LogicalTypes.time, value: new Date(`1970-01-01T${text}`) };
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text)) return { schema: LogicalTypes.timestamp, value: new Date(text) };
  return undefined;
}

function number(text: string): SchemaAndValue {
  const decimal = Decimal.parse(text) ?? new Decimal(0n, 0);
  const whole = Math.abs(decimal.scale) < 400 ? decimal.toBigInt() : undefined;
  if (whole !== undefined) {
    for (const [type, bits] of [
      ['INT8', 8],
      ['INT16', 16],
      ['INT32', 32],
      ['INT64', 64],
    ] as const) {
      if (BigInt.asIntN(bits, whole) !== whole) continue;
      const value = Number(whole);
      return { schema: primitive(type), value: Number.isSafeInteger(value) ? value : whole };
    }
  }
  const double = decimal.toNumber();
  if (Number.isFinite(Math.fround(double)) && whole === undefined) return { schema: Schemas.float32, value: Math.fround(double) };
  if (Number.isFinite(double) && (whole === undefined || /[eE]/.test(text))) return { schema: Schemas.float64, value: double };
  return { schema: LogicalTypes.decimal(decimal.scale), value: decimal };
}

function collection(text: string): SchemaAndValue | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return fromJson(JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function fromJson(json: unknown): SchemaAndValue {
  if (typeof json === 'string') return { schema: Schemas.string, value: json };
  if (json === null || typeof json !== 'object') return scalar(String(json)) ?? { schema: null, value: json };
  if (Array.isArray(json)) {
    const items = (json as unknown[]).map(fromJson);
    const schema = commonSchema(items);
    return { schema: schema ? arrayOf(schema) : { type: 'ARRAY', optional: false }, value: items.map((item) => item.value) };
  }
  const entries = Object.entries(json).map(([key, value]) => [key, fromJson(value)] as const);
  const schema = commonSchema(entries.map(([, item]) => item));
  return {
    schema: schema ? mapOf(Schemas.string, schema) : { type: 'MAP', optional: false },
    value: new Map(entries.map(([key, item]) => [key, item.value])),
  };
}

function commonSchema(items: readonly SchemaAndValue[]): Schema | undefined {
  let common: Schema | undefined;
  for (const { schema } of items) {
    if (!schema) return undefined;
    if (!common || common.type === schema.type) common ??= schema;
    else if (RANK.includes(common.type) && RANK.includes(schema.type))
      common = RANK.indexOf(common.type) > RANK.indexOf(schema.type) ? common : schema;
    else return undefined;
  }
  return common;
}
