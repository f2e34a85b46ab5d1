import { error } from '../errors.js';
import type { Row } from '../ml/dataset/batch.js';
import type { AggregateSpec } from './functions/function-spec.js';
import type { SqlFunction } from './udf.js';

/** A value of one row, whose columns are named by the keys of expressions. */
export type Evaluate = (row: Row) => unknown;

interface Node {
  /** Equal expressions have equal keys; a column that holds an expression's values is named by it. */
  readonly key: string;
  /** As in `line 1, column 8`. */
  readonly place: string;
  readonly children: readonly Expression[];
}

/** A column of a table. */
interface ColumnExpression extends Node {
  readonly kind: 'column';
  readonly name: string;
}

/** Whatever is computed from values of the same row, here and now. */
interface OperationExpression extends Node {
  readonly kind: 'operation';
  readonly name: string;
  readonly compile: (children: readonly Evaluate[]) => Evaluate;
}

/** A function that the session was given: computed for a batch at a time, before what reads it. `children` are the arguments and the guard. */
export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly called: SqlFunction;
  readonly args: readonly Expression[];
  /** Where it is not true the function is not asked, and the value is null. */
  readonly guard?: Expression;
}

/** `children` are the argument, if there is one, and the filter, if there is one. */
export interface AggregateExpression extends Node {
  readonly kind: 'aggregate';
  /** Its key without its children. */
  readonly label: string;
  readonly aggregate: AggregateSpec;
  readonly distinct: boolean;
  readonly argument: Expression | undefined;
  readonly filter: Expression | undefined;
}

export type Expression = ColumnExpression | OperationExpression | CallExpression | AggregateExpression;

/** The expression as a function of rows that have the columns `available`. Throws HW_SQL_GROUP for a column that grouping took away. */
export function compile(expression: Expression, available: ReadonlySet<string>): Evaluate {
  const { key, children, place } = expression;
  if (available.has(key)) return (row) => row[key] ?? null;
  if (expression.kind !== 'operation')
    throw error('HW_SQL_GROUP', { column: expression.kind === 'column' ? expression.name : expression.key, place });
  return expression.compile(children.map((child) => compile(child, available)));
}

/** The keys that a compiled expression reads. */
export function inputsOf(expression: Expression, available: ReadonlySet<string>): string[] {
  if (available.has(expression.key)) return [expression.key];
  return expression.children.flatMap((child) => inputsOf(child, available));
}

/** The calls and aggregates in an expression that are not yet `available`, innermost first, each once. */
export function missing<K extends 'call' | 'aggregate'>(
  kind: K,
  expressions: readonly Expression[],
  available: ReadonlySet<string>,
): Extract<Expression, { kind: K }>[] {
  const found = new Map<string, Extract<Expression, { kind: K }>>();
  const visit = (expression: Expression): void => {
    if (available.has(expression.key)) return;
    expression.children.forEach(visit);
    if (expression.kind === kind) found.set(expression.key, expression as Extract<Expression, { kind: K }>);
  };
  expressions.forEach(visit);
  return [...found.values()];
}

/** The columns that an expression names. */
export function columnsOf(expression: Expression): ColumnExpression[] {
  return expression.kind === 'column' ? [expression] : expression.children.flatMap(columnsOf);
}

/** The conditions that AND joins. */
export function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'operation' && expression.name === 'AND' ? expression.children.flatMap(conjuncts) : [expression];
}

/** An operation; equal names and children make equal keys. */
export function operation(
  name: string,
  place: string,
  children: readonly Expression[],
  compileIt: OperationExpression['compile'],
): OperationExpression {
  return { kind: 'operation', name, place, children, compile: compileIt, key: keyOf(name, children) };
}

export function keyOf(name: string, children: readonly Expression[]): string {
  return `(${[JSON.stringify(name), ...children.map(({ key }) => key)].join(' ')})`;
}
