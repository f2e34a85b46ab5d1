import { error } from '../errors.js';
import { operation, type Evaluate, type Expression } from './expression.js';
import { elementAt } from './functions/arrays.js';
import { Refusal, valueAs } from './functions/function-spec.js';
import { divisor, power, remainder } from './functions/math.js';
import { likePattern } from './like-pattern.js';
import { sameName } from './scope.js';
import { compare, describe, normal, toText } from './sql-value.js';

const arithmetic: Readonly<Record<string, (x: number, y: number) => number>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / divisor(y),
  '%': remainder,
  '^': power,
};

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** A binary operator, or undefined where there is none of that name. Both sides are computed; null where one is. */
export function binary(name: string, place: string, left: Expression, right: Expression): Expression | undefined {
  if (name === 'AND' || name === 'OR') return logical(name, place, left, right);
  const apply = strictly(name, place);
  return apply && operation(name, place, [left, right], ([a, b]) => onValues(a!, b!, apply, name, place));
}

function strictly(name: string, place: string): ((a: unknown, b: unknown) => unknown) | undefined {
  const compute = arithmetic[name];
  if (compute) return (a, b) => compute(valueAs('number', a, name, place), valueAs('number', b, name, place));
  const decide = comparisons[name];
  if (decide) return (a, b) => decide(ordered(a, b, name, place));
  if (name === '||') return (a, b) => toText(a) + toText(b);
  return undefined;
}

/** Order of two values; throws HW_SQL_TYPE where they are of different types. */
function ordered(a: unknown, b: unknown, name: string, place: string): number {
  const order = compare(a, b);
  if (order === undefined) throw error('HW_SQL_TYPE', { operation: name, place, expected: `another ${describe(a)}`, got: describe(b) });
  return order;
}

/** AND and OR of three values: null is "not known"; the right side is computed only where the left does not decide. */
function logical(name: 'AND' | 'OR', place: string, left: Expression, right: Expression): Expression {
  const decisive = name === 'OR';
  return operation(name, place, [left, right], ([a, b]) => (row) => {
    const first = truth(a!(row), name, place);
    if (first === decisive) return decisive;
    const second = truth(b!(row), name, place);
    if (second === decisive) return decisive;
    return first === null || second === null ? null : !decisive;
  });
}

/** True, false or null. Throws HW_SQL_TYPE. */
export function truth(value: unknown, operationName: string, place: string): boolean | null {
  return value === null ? null : valueAs('boolean', value, operationName, place);
}

export function not(place: string, operand: Expression): Expression {
  return operation('NOT', place, [operand], ([a]) => (row) => {
    const value = truth(a!(row), 'NOT', place);
    return value === null ? null : !value;
  });
}

/** `x IS NULL`, `IS TRUE` and their like, by the value that they ask for: always true or false. */
export function isExactly(place: string, operand: Expression, wanted: null | boolean): Expression {
  return operation(
    `IS ${String(wanted)}`,
    place,
    [operand],
    ([a]) =>
      (row) =>
        a!(row) === wanted,
  );
}

export function negative(place: string, operand: Expression): Expression {
  return operation('-', place, [operand], ([a]) => (row) => {
    const value = a!(row);
    return value === null ? null : -valueAs('number', value, '-', place);
  });
}

/** True where one is equal; null where none is and one is not known. */
export function isIn(place: string, operand: Expression, list: readonly Expression[]): Expression {
  return operation('IN', place, [operand, ...list], ([a, ...rest]) => (row) => {
    const value = a!(row);
    return value === null ? null : isAmong(value, rest, (each) => each(row), 'IN', place);
  });
}

/** `x = ANY(array)`: the same for the elements of an array. */
export function isAny(place: string, operand: Expression, array: Expression): Expression {
  const among = (value: unknown, elements: unknown) =>
    isAmong(value, Array.from(valueAs('array', elements, 'ANY', place)), normal, 'ANY', place);
  return operation('ANY', place, [operand, array], ([a, b]) => onValues(a!, b!, among, 'ANY', place));
}

function isAmong<T>(value: unknown, list: readonly T[], of: (each: T) => unknown, name: string, place: string): boolean | null {
  let unknown = false;
  for (const each of list) {
    const other = of(each);
    if (other === null) unknown = true;
    else if (ordered(value, other, name, place) === 0) return true;
  }
  return unknown ? null : false;
}

/** LIKE and ILIKE; patterns are kept, for there are mostly few. */
export function like(place: string, operand: Expression, pattern: Expression, ignoreCase: boolean): Expression {
  const name = ignoreCase ? 'ILIKE' : 'LIKE';
  const known = new Map<string, (text: string) => boolean>();
  const test = (text: unknown, by: unknown): boolean => {
    const source = valueAs('text', by, name, place);
    const matches = known.get(source) ?? likePattern(source, ignoreCase);
    if (known.size < 1000) known.set(source, matches);
    return matches(valueAs('text', text, name, place));
  };
  return operation(name, place, [operand, pattern], ([a, b]) => onValues(a!, b!, test, name, place));
}

/** A field of a struct, exactly or, with `strict`, but for the case of its letters. Throws HW_SQL_FIELD where it has none of that name and `strict` asks for one. */
export function field(place: string, operand: Expression, name: string, strict: boolean): Expression {
  return operation(`.${strict ? '' : '->'}${name}`, place, [operand], ([a]) => (row) => {
    const value = a!(row);
    if (value === null) return null;
    const struct = valueAs('struct', value, `.${name}`, place) as Readonly<Record<string, unknown>>;
    if (name in struct) return normal(struct[name]);
    if (!strict) return null;
    const similar = Object.keys(struct).find((known) => sameName(known, name));
    if (similar !== undefined) return normal(struct[similar]);
    throw error('HW_SQL_FIELD', { field: name, place, fields: Object.keys(struct).join(', ') });
  });
}

export function element(place: string, array: Expression, index: Expression): Expression {
  const at = (values: unknown, place_: unknown) => elementAt(valueAs('array', values, '[]', place), valueAs('number', place_, '[]', place));
  return operation('[]', place, [array, index], ([a, b]) => onValues(a!, b!, at, '[]', place));
}

export function arrayOf(place: string, elements: readonly Expression[]): Expression {
  return operation('ARRAY', place, elements, (children) => (row) => children.map((child) => child(row)));
}

/** The value of the first branch that is true; the others are not computed. `whens` are conditions and values in turn. */
export function cases(place: string, whens: readonly Expression[], otherwise: Expression): Expression {
  return operation('CASE', place, [...whens, otherwise], (children) => (row) => {
    for (let at = 0; at + 1 < children.length; at += 2) {
      if (truth(children[at]!(row), 'CASE', place) === true) return children[at + 1]!(row);
    }
    return children.at(-1)!(row);
  });
}

function onValues(a: Evaluate, b: Evaluate, apply: (a: unknown, b: unknown) => unknown, name: string, place: string): Evaluate {
  return (row) => {
    const left = a(row);
    const right = b(row);
    return left === null || right === null ? null : placed(() => apply(left, right), name, place);
  };
}

/** What the function gives; a refusal becomes HW_SQL_VALUE with the place of the call. */
export function placed(compute: () => unknown, operationName: string, place: string): unknown {
  try {
    return compute();
  } catch (thrown) {
    if (thrown instanceof Refusal) throw error('HW_SQL_VALUE', { operation: operationName, place, problem: thrown.message });
    throw thrown;
  }
}
