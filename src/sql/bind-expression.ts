import type { Expr, ExprCall, ExprRef } from 'pgsql-ast-parser';
import { error } from '../errors.js';
import { cast, casts } from './cast.js';
import { keyOf, operation, type Evaluate, type Expression } from './expression.js';
import { checkCount, checked, type FunctionSpec } from './functions/function-spec.js';
import { aggregateFunctions, functions } from './functions/index.js';
import * as operators from './operators.js';
import type { SqlText } from './parse-sql.js';
import type { Scope } from './scope.js';
import type { SqlFunction } from './udf.js';

export interface Surroundings {
  readonly text: SqlText;
  readonly parameters: readonly unknown[];
  /** A function that the session was given, by its name in lower case. */
  readonly functionNamed: (name: string) => SqlFunction | undefined;
  readonly functionNames: () => readonly string[];
}

/** The meaning of an expression's syntax, where the columns of `scope` are. Throws HW_SQL_* with the place. */
export function bind(expr: Expr, scope: Scope, around: Surroundings): Expression {
  const { text } = around;
  const place = text.place(expr);
  const inner = (child: Expr): Expression => bind(child, scope, around);
  switch (expr.type) {
    case 'integer':
    case 'numeric':
    case 'string':
    case 'boolean':
      return constant(expr.value, place);
    case 'null':
      return constant(null, place);
    case 'parameter':
      return parameter(expr.name, around, place);
    case 'ref':
      return reference(expr, scope, around);
    case 'unary':
      return unary(expr.op, inner(expr.operand), place) ?? refuse(around, expr, expr.op);
    case 'binary': {
      if (expr.op === 'IN' || expr.op === 'NOT IN')
        return negated(expr.op, place, operators.isIn(place, inner(expr.left), listed(expr.right, around).map(inner)));
      if (expr.op === '=' && expr.right.type === 'call' && expr.right.function.name === 'any' && expr.right.args.length === 1)
        return operators.isAny(place, inner(expr.left), inner(expr.right.args[0]!));
      const [left, right] = [inner(expr.left), inner(expr.right)];
      if (expr.op.endsWith('LIKE')) return negated(expr.op, place, operators.like(place, left, right, expr.op.endsWith('ILIKE')));
      return operators.binary(expr.op, place, left, right) ?? refuse(around, expr, expr.op);
    }
    case 'ternary': {
      const value = inner(expr.value);
      const above = operators.binary('>=', place, value, inner(expr.lo))!;
      return negated(expr.op, place, operators.binary('AND', place, above, operators.binary('<=', place, value, inner(expr.hi))!)!);
    }
    case 'case': {
      const subject = expr.value == null ? undefined : inner(expr.value);
      const whens = expr.whens.flatMap(({ when, value }) => {
        const condition = inner(when);
        return [subject === undefined ? condition : operators.binary('=', place, subject, condition)!, inner(value)];
      });
      return operators.cases(place, whens, expr.else == null ? constant(null, place) : inner(expr.else));
    }
    case 'cast': {
      const name = 'name' in expr.to && typeof expr.to.name === 'string' ? expr.to.name : 'array';
      const type = casts.get(name);
      if (type === undefined) throw text.unsupported(expr, `CAST AS ${name}`, `cast to ${[...casts.keys()].join(', ')}`);
      return cast(place, inner(expr.operand), type);
    }
    case 'arrayIndex':
      return operators.element(place, inner(expr.array), inner(expr.index));
    case 'array':
      return operators.arrayOf(place, expr.expressions.map(inner));
    case 'member':
      if (typeof expr.member !== 'string') return operators.element(place, inner(expr.operand), constant(expr.member + 1, place));
      return memberOf(expr.op, place, operators.field(place, inner(expr.operand), expr.member, false));
    case 'substring': {
      const from = expr.from == null ? constant(1, place) : inner(expr.from);
      return applied(functions.get('substring')!, [inner(expr.value), from, ...(expr.for == null ? [] : [inner(expr.for)])], place);
    }
    case 'extract':
      return applied(functions.get('date_part')!, [constant(expr.field.name, place), inner(expr.from)], place);
    case 'call':
      return call(expr, scope, around);
    case 'select':
    case 'union all':
      throw text.unsupported(expr, 'a subquery inside an expression', 'put it into FROM or JOIN it');
    default:
      return refuse(around, expr, `this expression (${expr.type})`);
  }
}

function refuse({ text }: Surroundings, expr: Expr, what: string): never {
  throw text.unsupported(expr, what, 'SQL.md lists what there is');
}

function constant(value: unknown, place: string): Expression {
  return { ...operation('constant', place, [], () => () => value), key: keyOf(`${typeof value} ${JSON.stringify(value)}`, []) };
}

function parameter(name: string, { parameters }: Surroundings, place: string): Expression {
  const value = parameters[Number(name.slice(1)) - 1];
  if (value === undefined) throw error('HW_SQL_PARAMETER', { parameter: name, place, count: parameters.length });
  return { ...operation('parameter', place, [], () => () => value), key: keyOf(name, []) };
}

/** A column, or a field of one: `image`, `frames.image`, `image.height`, `frames.image.height`. */
function reference(expr: ExprRef, scope: Scope, { text }: Surroundings): Expression {
  const place = text.place(expr);
  const name = text.spelling(expr, expr.name);
  const table = expr.table?.name;
  if (expr.name === '*') throw text.unsupported(expr, '* here', 'use it alone in SELECT, or in count(*)');
  if (table === undefined) return scope.find(name, undefined, place) ?? unknownColumn(name, place, scope);
  const schema = expr.table!.schema;
  if (schema !== undefined) {
    const column = scope.find(written(text, expr, schema, table), schema, place);
    return column ? operators.field(place, column, name, true) : unknownColumn(`${schema}.${table}`, place, scope);
  }
  const isTable = scope.sources.some(({ alias }) => alias.toLowerCase() === table.toLowerCase());
  const struct = isTable ? undefined : scope.find(written(text, expr, undefined, table), undefined, place);
  if (struct !== undefined) return operators.field(place, struct, name, true);
  return scope.find(name, table, place) ?? unknownColumn(`${table}.${name}`, place, scope);
}

/** The middle of `a.b.c`, as it was written. */
function written(text: SqlText, expr: ExprRef, before: string | undefined, name: string): string {
  const word = text.of(expr).split('.')[before === undefined ? 0 : 1]?.trim() ?? name;
  return word.toLowerCase() === name ? word : name;
}

function unknownColumn(column: string, place: string, scope: Scope): never {
  throw error('HW_SQL_COLUMN_UNKNOWN', { column, place, known: scope.names });
}

function unary(op: string, operand: Expression, place: string): Expression | undefined {
  if (op === 'NOT') return operators.not(place, operand);
  if (op === '-') return operators.negative(place, operand);
  if (op === '+') return operand;
  const match = /^IS (NOT )?(NULL|TRUE|FALSE)$/.exec(op);
  if (match === null) return undefined;
  const wanted = match[2] === 'NULL' ? null : match[2] === 'TRUE';
  const test = operators.isExactly(place, operand, wanted);
  return match[1] === undefined ? test : operators.not(place, test);
}

function negated(op: string, place: string, test: Expression): Expression {
  return op.startsWith('NOT ') ? operators.not(place, test) : test;
}

function memberOf(op: string, place: string, member: Expression): Expression {
  return op === '->>' ? cast(place, member, casts.get('text')!) : member;
}

/** The list after IN; the parser gives a list of one as its element. */
function listed(right: Expr, { text }: Surroundings): readonly Expr[] {
  if (right.type === 'select' || right.type === 'union all')
    throw text.unsupported(right, 'IN (SELECT ...)', 'JOIN the subquery ON equality');
  return right.type === 'list' ? right.expressions : [right];
}

function call(expr: ExprCall, scope: Scope, around: Surroundings): Expression {
  const { text, functionNamed, functionNames } = around;
  const place = text.place(expr);
  const { name } = expr.function;
  if (expr.over !== undefined) throw text.unsupported(expr, 'OVER', 'aggregate with GROUP BY and JOIN the result');
  if (name === 'exists') throw text.unsupported(expr, 'EXISTS', 'JOIN the subquery ON equality');
  const aggregate = aggregateFunctions.get(name);
  if (aggregate !== undefined) return aggregateCall(expr, scope, around, place);
  if (expr.distinct || expr.filter || expr.orderBy)
    throw text.unsupported(expr, `DISTINCT, FILTER or ORDER BY in ${name}()`, 'use it in aggregates only');
  const args = expr.args.map((arg) => bind(arg, scope, around));
  const called = functionNamed(name);
  if (called !== undefined) {
    if (called.arity !== undefined && called.arity !== args.length)
      throw error('HW_SQL_ARGUMENTS', { call: name, place, expected: `${called.arity} arguments`, got: `${args.length} arguments` });
    return { kind: 'call', key: keyOf(`call ${called.name.toLowerCase()}`, args), place, children: args, args, called };
  }
  const spec = functions.get(name);
  if (spec === undefined) {
    const known = [...functionNames(), ...functions.keys(), ...aggregateFunctions.keys()];
    throw error('HW_SQL_FUNCTION_UNKNOWN', { function: name, place, known: known.join(', ') });
  }
  checkCount(spec, args.length, place);
  return applied(spec, args, place);
}

function applied(spec: FunctionSpec, args: readonly Expression[], place: string): Expression {
  const { name, nulls } = spec;
  if (name === 'coalesce') return operation(name, place, args, firstKnown);
  return operation(name, place, args, (children) => (row) => {
    const values = children.map((child) => child(row));
    if (nulls === 'strict' && values.includes(null)) return null;
    return operators.placed(() => spec.evaluate(checked(spec, values, place)), `${name}()`, place);
  });
}

function firstKnown(children: readonly Evaluate[]): Evaluate {
  return (row) => {
    for (const child of children) {
      const value = child(row);
      if (value !== null) return value;
    }
    return null;
  };
}

function aggregateCall(expr: ExprCall, scope: Scope, around: Surroundings, place: string): Expression {
  const { name } = expr.function;
  const aggregate = aggregateFunctions.get(name)!;
  if (expr.orderBy || expr.withinGroup)
    throw around.text.unsupported(expr, `ORDER BY in ${name}()`, 'order the rows of a subquery in FROM');
  const [first, ...rest] = expr.args;
  const isStar = first?.type === 'ref' && first.name === '*';
  const distinct = expr.distinct === 'distinct';
  if (first === undefined || rest.length > 0 || (isStar && (name !== 'count' || distinct)))
    throw error('HW_SQL_ARGUMENTS', { call: name, place, expected: 'one value', got: isStar ? '*' : `${expr.args.length} arguments` });
  const argument = isStar ? undefined : bind(first, scope, around);
  const filter = expr.filter ? bind(expr.filter, scope, around) : undefined;
  const children = [argument, filter].filter((child) => child !== undefined);
  const label = `aggregate ${name}${isStar ? '*' : ''}${distinct ? ' distinct' : ''}${filter ? ' filter' : ''}`;
  return { kind: 'aggregate', key: keyOf(label, children), label, place, children, aggregate, distinct, argument, filter };
}
