import { error } from '../../errors.js';
import { Decimal } from '../data/decimal.js';
import { toStored } from '../data/logical-types.js';
import type { Schema, SchemaType } from '../data/schema.js';
import { scalarText } from '../data/value-text.js';

const INTEGERS = { INT8: 8, INT16: 16, INT32: 32, INT64: 64 } as const;
type IntegerType = keyof typeof INTEGERS;
export type CastType = IntegerType | 'FLOAT32' | 'FLOAT64' | 'BOOLEAN' | 'STRING';

/** The types that a value can be cast to, by their names in a cast spec. */
export const castTypes: ReadonlyMap<string, CastType> = new Map(
  (['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64', 'BOOLEAN', 'STRING'] as const).map((type) => [type.toLowerCase(), type]),
);

function castable(type: SchemaType): void {
  if (['ARRAY', 'MAP', 'STRUCT'].includes(type)) throw wrong(`Cast transformation does not support casting from ${type}`);
}

/** A value as another primitive type, with Java's narrowing and parsing. Throws HW_CONNECT_DATA. */
export function castValue(schema: Schema | null, value: unknown, type: CastType): unknown {
  if (value === null || value === undefined) return null;
  if (schema) castable(schema.type);
  else if (typeof value === 'object' && !(value instanceof Uint8Array)) {
    throw wrong('Cast transformation was passed a value that is no primitive');
  }
  if (type === 'STRING') return scalarText(schema, value);
  if (value instanceof Uint8Array) throw wrong('Unexpected type in Cast transformation: bytes');
  const plain = value instanceof Decimal ? value.toNumber() : schema ? toStored(schema, value) : value;
  if (type === 'BOOLEAN') return castBoolean(plain);
  if (type === 'FLOAT32' || type === 'FLOAT64') return castFloat(plain, type);
  const isFloat = schema && !(value instanceof Decimal) ? schema.type.startsWith('FLOAT') : !Number.isInteger(plain);
  return castInteger(plain, type, isFloat);
}

function castBoolean(value: unknown): boolean {
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return typeof value === 'boolean' ? value : narrow(value as number | bigint, 64, true) !== 0n;
}

function castFloat(value: unknown, type: 'FLOAT32' | 'FLOAT64'): number {
  const number = typeof value === 'string' ? parseDouble(value) : typeof value === 'boolean' ? (value ? 1 : 0) : Number(value);
  return type === 'FLOAT32' ? Math.fround(number) : number;
}

function castInteger(value: unknown, type: IntegerType, isFloat: boolean): number | bigint {
  const bits = INTEGERS[type];
  const exact =
    typeof value === 'string'
      ? parseInteger(value, bits)
      : typeof value === 'boolean'
        ? BigInt(value)
        : narrow(value as number, bits, isFloat);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** Java's narrowing: a float saturates at int (or long), then the low bits stay. */
function narrow(value: number | bigint, bits: number, isFloat: boolean): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(bits, value);
  if (Number.isNaN(value)) return 0n;
  if (!isFloat) return BigInt.asIntN(bits, BigInt(value));
  const width = BigInt(bits === 64 ? 64 : 32);
  const [low, high] = [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n];
  if (value >= Number(high)) return BigInt.asIntN(bits, high);
  return value <= Number(low) ? BigInt.asIntN(bits, low) : BigInt.asIntN(bits, BigInt(Math.trunc(value)));
}

function parseInteger(text: string, bits: number): bigint {
  if (/^[+-]?\d+$/.test(text)) {
    const exact = BigInt(text.replace('+', ''));
    if (BigInt.asIntN(bits, exact) === exact) return exact;
  }
  throw wrong(`Value (${text}) was out of range for requested data type`);
}

function parseDouble(text: string): number {
  const trimmed = text.trim().replace(/[dDfF]$/, '');
  const number = Number(trimmed);
  if (trimmed !== '' && (!Number.isNaN(number) || /^[+-]?NaN$/.test(trimmed)) && !/^0[xob]/i.test(trimmed)) return number;
  throw wrong(`Value (${text}) was out of range for requested data type`);
}

function wrong(problem: string): Error {
  return error('HW_CONNECT_DATA', { problem });
}
