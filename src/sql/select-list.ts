import type { SelectedColumn } from 'pgsql-ast-parser';
import { error } from '../errors.js';
import { bind, type Surroundings } from './bind-expression.js';
import { missing, type Expression } from './expression.js';
import type { Scope } from './scope.js';

/** A column of the result. */
export interface Selected {
  readonly name: string;
  readonly expression: Expression;
}

/** Columns of SELECT: all of `*`, or one with its name: AS, the column's, the field's, or the text of the expression. */
export function selectedColumns({ expr, alias }: SelectedColumn, scope: Scope, around: Surroundings): Selected[] {
  const { text } = around;
  if (expr.type === 'ref' && expr.name === '*') {
    const all = scope.all(expr.table?.name, text.place(expr));
    if (all.length === 0) throw error('HW_SQL_COLUMN_UNKNOWN', { column: text.of(expr), place: text.place(expr), known: scope.names });
    return all.map((expression) => ({ name: expression.kind === 'column' ? expression.name : expression.key, expression }));
  }
  const expression = bind(expr, scope, around);
  if (alias) return [{ name: text.spelling(alias, alias.name), expression }];
  if (expression.kind === 'column') return [{ name: expression.name, expression }];
  return [{ name: expr.type === 'ref' ? text.spelling(expr, expr.name) : text.of(expr), expression }];
}

/** Throws HW_SQL_UNSUPPORTED for an aggregate among the expressions. */
export function refuseAggregates(expressions: readonly Expression[], where: string): void {
  const [found] = missing('aggregate', expressions, new Set());
  if (found === undefined) return;
  const instead = 'use HAVING, or aggregate in a subquery of FROM';
  throw error('HW_SQL_UNSUPPORTED', { what: `${found.aggregate.name}() inside ${where}`, place: found.place, instead });
}
