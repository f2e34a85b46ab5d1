import { operation, type Expression } from './expression.js';
import { refusal } from './functions/function-spec.js';
import { roundHalfEven } from './functions/math.js';
import { timeOf } from './functions/time.js';
import { placed } from './operators.js';
import { toText, typeOf } from './sql-value.js';

const numberText = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const specialNumbers: Readonly<Record<string, number>> = {
  nan: NaN,
  infinity: Infinity,
  inf: Infinity,
  '-infinity': -Infinity,
  '-inf': -Infinity,
};

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') throw refusal(`${typeOf(value)} is no number`);
  if (numberText.test(value)) return Number(value);
  const special = specialNumbers[value.trim().toLowerCase()];
  if (special === undefined) throw refusal(`"${value}" is no number`);
  return special;
}

function toInteger(value: unknown): number {
  const number = toNumber(value);
  if (!Number.isFinite(number)) throw refusal(`${number} is no whole number`);
  if (typeof value === 'string' && !/^\s*[+-]?\d+\s*$/.test(value)) throw refusal(`"${value}" is no whole number`);
  return roundHalfEven(number);
}

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  on: true,
  1: true,
  false: false,
  f: false,
  no: false,
  n: false,
  off: false,
  0: false,
};

function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  const found = typeof value === 'string' ? truths[value.trim().toLowerCase()] : undefined;
  if (found === undefined) throw refusal(`${toText(value)} is neither true nor false`);
  return found;
}

function toTime(value: unknown): number {
  return typeof value === 'string' ? timeOf(value) : toNumber(value);
}

interface CastType {
  readonly kind: string;
  readonly convert: (value: unknown) => unknown;
}

const integer = { kind: 'integer', convert: toInteger };
const double = { kind: 'double precision', convert: toNumber };
const text = { kind: 'text', convert: toText };
const time = { kind: 'timestamp', convert: toTime };

/** Types of CAST by every name that the grammar lets through. */
export const casts: ReadonlyMap<string, CastType> = new Map<string, CastType>([
  ...['smallint', 'int2', 'int', 'int4', 'integer', 'bigint', 'int8'].map((name) => [name, integer] as const),
  ...['double precision', 'double', 'float', 'float4', 'float8', 'real', 'numeric', 'decimal'].map((name) => [name, double] as const),
  ...['text', 'varchar', 'string', 'character varying'].map((name) => [name, text] as const),
  ...['timestamp', 'timestamptz', 'timestamp with time zone', 'timestamp without time zone', 'date'].map((name) => [name, time] as const),
  ...['boolean', 'bool'].map((name) => [name, { kind: 'boolean', convert: toBoolean }] as const),
]);

export function cast(place: string, operand: Expression, { kind, convert }: CastType): Expression {
  const name = `CAST AS ${kind}`;
  return operation(name, place, [operand], ([a]) => (row) => {
    const value = a!(row);
    return value === null ? null : placed(() => convert(value), name, place);
  });
}
