import { error } from '../../errors.js';
import { describe, normal, typeOf, type JsType, type SqlArray, type SqlType } from '../sql-value.js';

type Kind = SqlType | 'any';
/** `number`; `number?` may be left out; `any...` takes all that are left, and one at least. */
type Argument = Kind | `${Kind}?` | `${Kind}...`;
type ValueOf<K> = K extends SqlType ? JsType[K] : unknown;
type Given<A extends Argument> = A extends `${infer K}?` ? ValueOf<K> | undefined : A extends `${infer K}...` ? ValueOf<K>[] : ValueOf<A>;

/** One SQL function: its type, its documentation and its tests. */
export interface FunctionSpec {
  readonly name: string;
  /** Arguments by name, in order. */
  readonly args: Readonly<Record<string, Argument>>;
  readonly gives: Kind;
  readonly doc: string;
  /** An expression and its value. */
  readonly examples: readonly (readonly [sql: string, value: unknown])[];
  /** `strict`: null for a null argument, without a call. `seen`: it sees nulls. */
  readonly nulls: 'strict' | 'seen';
  readonly evaluate: (values: readonly unknown[]) => unknown;
}

interface Definition<A extends Record<string, Argument>> {
  readonly args: A;
  readonly gives: Kind;
  readonly doc: string;
  readonly examples: readonly (readonly [sql: string, value: unknown])[];
  readonly nulls?: 'strict' | 'seen';
  readonly evaluate: (args: { readonly [K in keyof A]: Given<A[K]> }) => unknown;
}

export function defineFunction<const A extends Record<string, Argument>>(name: string, definition: Definition<A>): FunctionSpec {
  const { args, evaluate, nulls = 'strict', ...rest } = definition;
  const names = Object.keys(args);
  const given = (values: readonly unknown[]) =>
    Object.fromEntries(names.map((each, at) => [each, args[each]!.endsWith('...') ? values.slice(at) : values[at]]));
  return { name, args, nulls, ...rest, evaluate: (values) => evaluate(given(values) as Parameters<typeof evaluate>[0]) };
}

/**
 * One aggregate function; nulls are left out before it sees them. A state is structured-cloneable, so that a window's can outlive an epoch; `add` may
 * change and return the one that it gets.
 */
export interface AggregateSpec<S = unknown> {
  readonly name: string;
  readonly takes: Kind;
  readonly gives: Kind;
  readonly doc: string;
  /** Rows of a column `x`, and what the aggregate makes of them. */
  readonly examples: readonly (readonly [rows: readonly unknown[], value: unknown])[];
  readonly seed: () => S;
  readonly add: (state: S, value: unknown) => S;
  readonly result: (state: S) => unknown;
}

export function defineAggregate<S>(spec: AggregateSpec<S>): AggregateSpec {
  return spec as AggregateSpec;
}

/** `substring(string text, start number, [count number])`. */
export function signature({ name, args }: Pick<FunctionSpec, 'name' | 'args'>): string {
  const words = Object.entries(args).map(([argument, kind]) => {
    if (kind.endsWith('?')) return `[${argument} ${kind.slice(0, -1)}]`;
    return `${argument} ${kind}`;
  });
  return `${name}(${words.join(', ')})`;
}

/** Throws HW_SQL_ARGUMENTS where there are too many or too few. */
export function checkCount(spec: Pick<FunctionSpec, 'name' | 'args'>, count: number, place: string): void {
  const kinds = Object.values(spec.args);
  const least = kinds.filter((kind) => !kind.endsWith('?')).length;
  const most = kinds.some((kind) => kind.endsWith('...')) ? Infinity : kinds.length;
  if (count >= least && count <= most) return;
  throw error('HW_SQL_ARGUMENTS', { call: spec.name, place, expected: signature(spec), got: `${count} arguments` });
}

/** Values as the function takes them. Throws HW_SQL_TYPE. */
export function checked(spec: FunctionSpec, values: readonly unknown[], place: string): unknown[] {
  const kinds = Object.values(spec.args);
  return values.map((value, at) => {
    const kind = kinds[Math.min(at, kinds.length - 1)]!.replace(/\?|\.\.\./, '') as Kind;
    return value === null ? value : valueAs(kind, value, `${spec.name}()`, place);
  });
}

/** A value that is not null as the kind that is wanted. Throws HW_SQL_TYPE. */
export function valueAs<K extends Kind>(kind: K, value: unknown, operation: string, place: string): ValueOf<K> {
  if (kind !== 'any' && typeOf(value) !== kind) throw error('HW_SQL_TYPE', { operation, place, expected: kind, got: describe(value) });
  return normal(value) as ValueOf<K>;
}

/** The numbers of an array. Throws HW_SQL_VALUE for another element. */
export function numbersOf(array: SqlArray): ArrayLike<number> {
  if (ArrayBuffer.isView(array)) return array as unknown as Float64Array;
  const numbers = Array.from(array, normal);
  if (numbers.every((value) => typeof value === 'number')) return numbers;
  throw refusal('its array has an element that is no number');
}

/** What a function throws for a value that it cannot take; the call's place is added. */
export class Refusal extends Error {}

export function refusal(problem: string): Refusal {
  return new Refusal(problem);
}
