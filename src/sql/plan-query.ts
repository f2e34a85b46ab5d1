import type { Expr, ExprRef, From, OrderByStatement, SelectFromStatement, SelectStatement, Statement } from 'pgsql-ast-parser';
import { error } from '../errors.js';
import { Dataset } from '../ml/dataset/dataset.js';
import { bind, type Surroundings } from './bind-expression.js';
import { columnsOf, compile, conjuncts, inputsOf, missing, type AggregateExpression, type Expression } from './expression.js';
import { guardCalls } from './guard-calls.js';
import { distinct, grouped } from './group-rows.js';
import { hashJoin } from './hash-join.js';
import { pruned, relationOf, slice, where, withColumns, type Relation } from './relation.js';
import { columnKey, sameName, tableName, Scope, type Source } from './scope.js';
import { refuseAggregates, selectedColumns, type Selected } from './select-list.js';
import { sorted, type SortKey } from './sort-rows.js';

export interface QuerySurroundings extends Surroundings {
  /** A table by its name as it was written. */
  readonly tableNamed: (name: string) => Dataset | undefined;
  readonly tableNames: () => readonly string[];
}

/** The data set that a query describes; nothing is read yet. Throws HW_SQL_* with the place. */
export function planQuery(query: SelectStatement, around: QuerySurroundings): Dataset {
  switch (query.type) {
    case 'select':
      return planSelect(query, around);
    case 'with': {
      const known = new Map<string, Dataset>();
      const inner: QuerySurroundings = { ...around, tableNamed: (name) => known.get(name.toLowerCase()) ?? around.tableNamed(name) };
      for (const { alias, statement } of query.bind) known.set(alias.name, planQuery(queryIn(statement, around), inner));
      return planQuery(queryIn(query.in, around), inner);
    }
    case 'union all': {
      const [left, right] = [planQuery(query.left, around), planQuery(queryIn(query.right, around), around)];
      if (left.columns.length !== right.columns.length)
        throw around.text.unsupported(query, 'UNION ALL of different numbers of columns', 'select as many on both sides');
      const renamed = right.mapBatches(left.columns, ({ length, columns }) => ({
        length,
        columns: Object.fromEntries(left.columns.map((name, at) => [name, columns[right.columns[at]!]!])),
      }));
      return Dataset.fromBatches(left.columns, async function* () {
        yield* left.batches();
        yield* renamed.batches();
      });
    }
    default:
      throw around.text.unsupported(query, query.type.toUpperCase(), 'write SELECT, WITH or UNION ALL');
  }
}

function queryIn(statement: Statement, around: QuerySurroundings): SelectStatement {
  if (statement.type === 'select' || statement.type === 'with' || statement.type === 'union all') return statement;
  throw around.text.unsupported(statement, statement.type.toUpperCase(), 'write SELECT, WITH or UNION ALL');
}

function planSelect(query: SelectFromStatement, around: QuerySurroundings): Dataset {
  const { text } = around;
  if (query.for ?? query.skip) throw text.unsupported(query, 'FOR', 'leave it out');
  if (Array.isArray(query.distinct)) throw text.unsupported(query, 'DISTINCT ON', 'write DISTINCT, or GROUP BY with min() or max()');
  const tables = (query.from ?? []).map((from) => tableOf(from, around));
  const scope = new Scope(tables.map(({ source }) => source));
  const ons = tables.map(({ from }, at) => joinCondition(from, at, new Scope(scope.sources.slice(0, at + 1)), around));
  const selectList = (query.columns ?? []).flatMap((column) => selectedColumns(column, scope, around));
  const bound = {
    condition: query.where ? [...conjuncts(bind(query.where, scope, around))] : [],
    by: (query.groupBy ?? []).map((expr) => groupingExpression(expr, selectList, scope, around)),
    having: query.having ? [...conjuncts(bind(query.having, scope, around))] : [],
    order: (query.orderBy ?? []).map((each) => sortKey(each, selectList, scope, around)),
  };
  const expressionOf = ({ expression }: { readonly expression: Expression }) => expression;
  const guarded = guardCalls([
    ...bound.condition,
    ...bound.by,
    ...bound.having,
    ...selectList.map(expressionOf),
    ...bound.order.map(expressionOf),
  ]);
  const [condition, by, having] = [bound.condition, bound.by, bound.having].map((all) => all.map(guarded)) as [
    Expression[],
    Expression[],
    Expression[],
  ];
  const selected = selectList.map((item) => ({ ...item, expression: guarded(item.expression) }));
  const order = bound.order.map((key) => ({ ...key, expression: guarded(key.expression) }));
  const items = selected.map(({ expression }) => expression);
  const later = [...items, ...having, ...order.map(({ expression }) => expression)];
  refuseAggregates([...condition, ...by], 'WHERE and GROUP BY');

  const aggregates = missing('aggregate', later, new Set());
  for (const { children } of aggregates) refuseAggregates(children, 'an aggregate');
  const read = [...condition, ...by, ...later, ...ons.filter((on) => on !== undefined)];
  let relation = tables.length === 0 ? oneRow() : joinedTables(tables, ons, read);

  relation = where(relation, condition);
  if (by.length > 0 || aggregates.length > 0 || having.length > 0) {
    relation = where(grouped(relation, by, aggregates), having);
  }
  checkGrouping(later, aggregates, relation);
  const [limit, offset] = [rowCount(query.limit?.limit, Infinity, around), rowCount(query.limit?.offset, 0, around)];
  if (query.distinct) relation = distinct(pruned(withColumns(relation, items), items));
  if (order.length > 0) {
    const keys = order.map(({ expression }) => expression);
    if (query.distinct) checkDistinctOrder(keys, relation);
    relation = sorted(pruned(withColumns(relation, keys), [...items, ...keys]), order, offset + limit);
  }
  return named(withColumns(pruned(slice(relation, offset, limit), items), items), selected, around);
}

interface Table {
  readonly from: From;
  readonly source: Source;
  readonly dataset: Dataset;
}

function tableOf(from: From, around: QuerySurroundings): Table {
  const { text, tableNamed, tableNames } = around;
  if (from.lateral) throw text.unsupported(from, 'LATERAL', 'JOIN a subquery ON equality');
  if (from.type === 'statement') {
    const dataset = planQuery(queryIn(from.statement, around), around);
    return { from, source: { alias: aliasOf(from.alias, from, around), columns: dataset.columns }, dataset };
  }
  if (from.type !== 'table') throw text.unsupported(from, 'a function in FROM', 'register its rows as a table');
  const { name } = from.name;
  const dataset = tableNamed(name);
  if (dataset === undefined)
    throw error('HW_SQL_TABLE_UNKNOWN', { table: name, place: text.place(from), known: tableNames().join(', ') || 'none' });
  return { from, source: { alias: aliasOf(from.name.alias ?? name, from, around), columns: dataset.columns }, dataset };
}

function aliasOf(alias: string, from: From, { text }: QuerySurroundings): string {
  if (tableName.test(alias)) return alias;
  throw text.unsupported(from, `the table name "${alias}"`, 'use letters, digits, _, - and .');
}

function joinedTables(tables: readonly Table[], ons: readonly (Expression | undefined)[], read: readonly Expression[]): Relation {
  const scans = tables.map(({ source, dataset }) => {
    const keys = new Set(dataset.columns.map((column) => columnKey(source.alias, column)));
    const used = new Set(read.flatMap((expression) => columnsOf(expression).map(({ key }) => key)));
    const columns = dataset.columns.filter((_, at) => used.has([...keys][at]!));
    const names = columns.map((column) => columnKey(source.alias, column));
    return relationOf(
      dataset
        .select(...columns)
        .mapBatches(names, (batch) => ({
          length: batch.length,
          columns: Object.fromEntries(columns.map((column, at) => [names[at]!, batch.columns[column]!])),
        })),
    );
  });
  return scans.reduce((left, right, at) => hashJoin(left, right, ons[at]!, tables[at]!.from.join!.type === 'LEFT JOIN' ? 'left' : 'inner'));
}

/** The condition that joins a table to those before it; none for the first. Throws HW_SQL_UNSUPPORTED for other joins than by equality. */
function joinCondition({ join }: From, at: number, scope: Scope, around: QuerySurroundings): Expression | undefined {
  if (at === 0) return undefined;
  const { text } = around;
  if (!join) throw text.unsupported(0, 'a second table after a comma', 'write JOIN ... ON a.column = b.column');
  if (join.type !== 'INNER JOIN' && join.type !== 'LEFT JOIN') throw text.unsupported(join, join.type, 'write JOIN or LEFT JOIN');
  if (join.using) throw text.unsupported(join, 'USING', 'write ON a.column = b.column');
  if (!join.on) throw text.unsupported(join, 'a JOIN without ON', 'write ON a.column = b.column');
  const twice = scope.sources.findIndex(({ alias }, place) => scope.sources.slice(0, place).some((other) => sameName(other.alias, alias)));
  if (twice >= 0)
    throw text.unsupported(join, `the table name ${scope.sources[twice]!.alias} twice`, 'give one of them another name: JOIN t AS u');
  const on = bind(join.on, scope, around);
  if (missing('call', [on], new Set()).length > 0)
    throw text.unsupported(join.on, 'a function of the session in ON', 'compute it in a subquery of FROM');
  return on;
}

function oneRow(): Relation {
  return relationOf(Dataset.fromBatches([], () => Dataset.fromRows([{}], []).batches()));
}

/** GROUP BY takes a column, a name of SELECT, a place in SELECT, or an expression. */
function groupingExpression(expr: Expr, selected: readonly Selected[], scope: Scope, around: Surroundings): Expression {
  if (expr.type === 'ref' && !expr.table && scope.find(expr.name, undefined, around.text.place(expr)) === undefined) {
    const item = itemNamed(expr, selected);
    if (item) return item.expression;
  }
  return atPlace(expr, selected, around) ?? bind(expr, scope, around);
}

function sortKey({ by, order, nulls }: OrderByStatement, selected: readonly Selected[], scope: Scope, around: Surroundings): SortKey {
  const named = by.type === 'ref' && !by.table ? itemNamed(by, selected) : undefined;
  const expression = named?.expression ?? atPlace(by, selected, around) ?? bind(by, scope, around);
  const descending = order === 'DESC';
  return { expression, descending, nullsFirst: nulls === undefined ? descending : nulls === 'FIRST' };
}

function itemNamed({ name }: ExprRef, selected: readonly Selected[]): Selected | undefined {
  return selected.find((item) => sameName(item.name, name));
}

function atPlace(expr: Expr, selected: readonly Selected[], { text }: Surroundings): Expression | undefined {
  if (expr.type !== 'integer') return undefined;
  const item = selected[expr.value - 1];
  if (item === undefined) throw text.unsupported(expr, `column ${expr.value} of ${selected.length}`, 'give a place in SELECT, from 1');
  return item.expression;
}

/** Throws HW_SQL_GROUP now, not when the first row comes, for a column that is neither grouped nor aggregated. */
function checkGrouping(expressions: readonly Expression[], aggregates: readonly AggregateExpression[], { keys }: Relation): void {
  const known = new Set([...keys, ...aggregates.map(({ key }) => key)]);
  for (const call of missing('call', expressions, known)) {
    for (const child of call.children) compile(child, known);
    known.add(call.key);
  }
  for (const expression of expressions) compile(expression, known);
}

function checkDistinctOrder(keys: readonly Expression[], { keys: known }: Relation): void {
  for (const key of keys) {
    const inputs = inputsOf(key, known);
    if (
      !known.has(key.key) &&
      (inputs.length === 0 || !inputs.every((each) => known.has(each)) || columnsOf(key).some((each) => !known.has(each.key)))
    )
      throw error('HW_SQL_UNSUPPORTED', {
        what: 'ORDER BY what SELECT DISTINCT does not give',
        place: key.place,
        instead: 'select it as well',
      });
  }
}

/** A number of rows after LIMIT or OFFSET. Throws HW_SQL_ARGUMENTS. */
function rowCount(expr: Expr | null | undefined, byDefault: number, around: Surroundings): number {
  if (!expr) return byDefault;
  const place = around.text.place(expr);
  const bound = bind(expr, new Scope([]), around);
  const value = compile(bound, new Set())({});
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw error('HW_SQL_ARGUMENTS', { call: 'LIMIT and OFFSET', place, expected: 'a number of rows', got: JSON.stringify(value) });
}

/** The columns under their own names, in the order of SELECT. */
function named({ dataset }: Relation, selected: readonly Selected[], { text }: QuerySurroundings): Dataset {
  const names = selected.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw text.unsupported(0, `two columns named ${twice}`, 'give one another name with AS');
  return dataset.mapBatches(names, ({ length, columns }) => ({
    length,
    columns: Object.fromEntries(selected.map(({ name, expression }) => [name, columns[expression.key]!])),
  }));
}
