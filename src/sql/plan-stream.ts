import type { Expr, SelectFromStatement } from 'pgsql-ast-parser';
import { error } from '../errors.js';
import type { Row } from '../ml/dataset/batch.js';
import { milliseconds, type Duration } from '../time/duration.js';
import { bind, type Surroundings } from './bind-expression.js';
import { columnsOf, compile, conjuncts, missing, type AggregateExpression, type Expression } from './expression.js';
import { guardCalls } from './guard-calls.js';
import { addRow, collector, type Collected } from './group-rows.js';
import { truth } from './operators.js';
import { parseQuery } from './parse-sql.js';
import { columnKey, sameName, Scope } from './scope.js';
import { refuseAggregates, selectedColumns, type Selected } from './select-list.js';
import { normal } from './sql-value.js';

/** What a query makes of a stream's records, one by one: rows are named by the keys of expressions until the last step. */
export interface StreamPlan {
  /** What the rest of the query reads of a record's fields; undefined where WHERE leaves it out. */
  readonly admit: (fields: Row) => Promise<Row | undefined>;
  /** GROUP BY key and a window. */
  readonly window?: StreamWindow;
  /** The row that goes on: of what was admitted, or of a window's result; undefined where HAVING leaves it out. */
  readonly emit: (row: Row) => Promise<Row | undefined>;
}

export interface StreamWindow {
  /** Milliseconds. */
  readonly size: number;
  /** Milliseconds from the start of one window to that of the next. */
  readonly advance: number;
  readonly seed: () => Collected[];
  readonly add: (state: Collected[], row: Row) => Collected[];
  /** The row of a window: its key, its bounds, its aggregates. */
  readonly row: (key: string, start: number, end: number, state: Collected[]) => Row;
}

/** Fields that every record has beside those of its value. */
const recordFields = ['key', 'timestamp'] as const;

/**
 * The plan of a query over one stream, whose records have any columns; those of `optional` may be missing and are null then. Throws HW_SQL_* with the
 * place.
 */
export function planStream(around: Surroundings, optional: readonly string[]): StreamPlan {
  const query = streamQuery(around);
  const [from] = query.from!;
  const alias = from!.type === 'table' ? (from!.name.alias ?? from!.name.name) : '';
  const scope = new Scope([{ alias, columns: undefined }]);
  const stars = (query.columns ?? []).map(({ expr }) => expr.type === 'ref' && expr.name === '*');
  const bound = (query.columns ?? []).map((column, at) => (stars[at] ? undefined : selectedColumns(column, scope, around)[0]!));
  const where = query.where ? [...conjuncts(bind(query.where, scope, around))] : [];
  const filters = query.having ? [...conjuncts(bind(query.having, scope, around))] : [];
  const guarded = guardCalls([...where, ...filters, ...bound.flatMap((item) => (item ? [item.expression] : []))]);
  const selected = bound.map((item) => item && { ...item, expression: guarded(item.expression) });
  const [conditions, having] = [where.map(guarded), filters.map(guarded)];
  const items = selected.filter((item) => item !== undefined);
  const later = [...items.map(({ expression }) => expression), ...having];
  const aggregates = missing('aggregate', later, new Set());
  refuseAggregates(conditions, 'WHERE');
  for (const { children } of aggregates) refuseAggregates(children, 'an aggregate');
  const window = query.groupBy ? windowOf(query.groupBy, alias, aggregates, around) : undefined;
  if (window === undefined && (aggregates.length > 0 || having.length > 0))
    throw around.text.unsupported(query, 'an aggregate over a stream without a window', "GROUP BY key, TUMBLE('1m')");

  const read = window === undefined ? [...conditions, ...later] : [...conditions, ...aggregates];
  const columns = [...new Map(read.flatMap(columnsOf).map((column) => [column.key, column])).values()];
  const keys = new Set(columns.map(({ key }) => key));
  const arguments_ = aggregates.flatMap(({ children }) => children);
  const filter = rowFilter(conditions, keys, window === undefined ? [] : arguments_);
  const whole = columnKey(alias, '*');
  const made = projection(selected, window?.keys ?? filter.keys, having, whole);
  return {
    admit: async (fields) => {
      const row = Object.fromEntries(columns.map((column) => [column.key, fieldOf(fields, column, optional)]));
      return filter.run(stars.includes(true) ? { ...row, [whole]: fields } : row);
    },
    ...(window && { window: window.of(filter.keys) }),
    emit: made,
  };
}

/** One SELECT over one stream. Throws HW_SQL_UNSUPPORTED for what has no meaning without an end. */
function streamQuery(around: Surroundings): SelectFromStatement {
  const { text } = around;
  const query = parseQuery(text);
  if (query.type !== 'select') throw text.unsupported(query, `${query.type.toUpperCase()} over a stream`, 'write one SELECT');
  const [from, second] = query.from ?? [];
  if (from?.type !== 'table') throw text.unsupported(from ?? query, 'a stream query without a stream', 'write SELECT ... FROM stream');
  if (second !== undefined) throw text.unsupported(second, 'JOIN over a stream', 'join streams with the operator join before it');
  const [order] = query.orderBy ?? [];
  if (order !== undefined) throw text.unsupported(order.by, 'ORDER BY over a stream', 'leave it out: records keep their order');
  if (query.limit?.limit ?? query.limit?.offset) throw text.unsupported(query, 'LIMIT over a stream', 'leave it out: a stream has no end');
  if (query.distinct) throw text.unsupported(query, 'DISTINCT over a stream', 'use the operator dedupe');
  return query;
}

/** A field of a record, exactly or but for the case of its letters. Throws HW_SQL_COLUMN_UNKNOWN where the record has none of that name. */
function fieldOf(fields: Row, { name, place }: Extract<Expression, { kind: 'column' }>, optional: readonly string[]): unknown {
  if (name in fields) return normal(fields[name]);
  const known = Object.keys(fields);
  const similar = known.find((field) => sameName(field, name));
  if (similar !== undefined) return normal(fields[similar]);
  if (optional.some((field) => sameName(field, name))) return null;
  throw error('HW_SQL_COLUMN_UNKNOWN', { column: name, place, known: known.join(', ') });
}

interface Step {
  readonly keys: ReadonlySet<string>;
  readonly run: (row: Row) => Promise<Row>;
}

/** Computes the calls in expressions, innermost first; those that are computed already are not made again. */
function callStep(expressions: readonly Expression[], available: ReadonlySet<string>): Step {
  const keys = new Set(available);
  const steps = missing('call', expressions, available).map((call) => {
    const args = call.args.map((arg) => compile(arg, new Set(keys)));
    const guard = call.guard && compile(call.guard, new Set(keys));
    keys.add(call.key);
    return { call, args, guard };
  });
  const run = async (row: Row): Promise<Row> => {
    let known = row;
    for (const { call, args, guard } of steps) {
      const isNeeded = guard === undefined || guard(known) === true;
      const answer = isNeeded ? await call.called.apply(args.map((arg) => arg(known))) : null;
      known = { ...known, [call.key]: answer ?? null };
    }
    return known;
  };
  return { keys, run };
}

/** The rows for which all conditions are true, those without calls tried first; then the calls in `after`. */
function rowFilter(conditions: readonly Expression[], available: ReadonlySet<string>, after: readonly Expression[]) {
  const isPlain = (condition: Expression) => missing('call', [condition], available).length === 0;
  let keys = available;
  const tests = [...conditions.filter(isPlain), ...conditions.filter((condition) => !isPlain(condition))].map((condition) => {
    const calls = callStep([condition], keys);
    keys = calls.keys;
    return { calls, test: compile(condition, keys), place: condition.place };
  });
  const last = callStep(after, keys);
  const run = async (row: Row): Promise<Row | undefined> => {
    let known = row;
    for (const { calls, test, place } of tests) {
      known = await calls.run(known);
      if (truth(test(known), 'WHERE', place) !== true) return undefined;
    }
    return last.run(known);
  };
  return { keys: last.keys, run };
}

/** The columns of SELECT; undefined among `selected` stands for all fields of the record. */
function projection(
  selected: readonly (Selected | undefined)[],
  available: ReadonlySet<string>,
  having: readonly Expression[],
  whole: string,
) {
  const filter = rowFilter(
    having,
    available,
    selected.flatMap((item) => (item ? [item.expression] : [])),
  );
  const columns = selected.map((item) => item && { name: item.name, value: compile(item.expression, filter.keys) });
  const isRecordField = (name: string) => (recordFields as readonly string[]).includes(name);
  return async (row: Row): Promise<Row | undefined> => {
    const known = await filter.run(row);
    if (known === undefined) return undefined;
    const cells = columns.flatMap((column): (readonly [string, unknown])[] => {
      if (column) return [[column.name, column.value(known)]];
      return Object.entries(known[whole] as Row).filter(([name]) => !isRecordField(name));
    });
    return Object.fromEntries(cells);
  };
}

/** GROUP BY key, TUMBLE(size) or HOP(size, advance), in any order. */
function windowOf(groupBy: readonly Expr[], alias: string, aggregates: readonly AggregateExpression[], around: Surroundings) {
  const { text } = around;
  const windows = groupBy.filter((expr) => expr.type === 'call' && ['tumble', 'hop'].includes(expr.function.name));
  const others = groupBy.filter((expr) => !windows.includes(expr));
  const [expr] = windows;
  if (expr?.type !== 'call' || windows.length > 1)
    throw text.unsupported(groupBy[0]!, 'GROUP BY over a stream without one window', "write GROUP BY key, TUMBLE('1m')");
  const wrong = others.find((other) => other.type !== 'ref' || other.name !== 'key');
  if (wrong !== undefined || others.length !== 1)
    throw text.unsupported(
      wrong ?? expr,
      'GROUP BY of a stream by anything but its key and a window',
      'give the records the key first (repartition)',
    );
  const wanted = expr.function.name === 'tumble' ? 1 : 2;
  const spans = expr.args.map((arg) => span(arg, around));
  if (spans.length !== wanted) {
    const expected = wanted === 1 ? 'the size' : 'the size and the advance';
    throw error('HW_SQL_ARGUMENTS', {
      call: expr.function.name.toUpperCase(),
      place: text.place(expr),
      expected,
      got: `${spans.length} arguments`,
    });
  }
  const [key, start, end] = ['key', 'window_start', 'window_end'].map((name) => columnKey(alias, name)) as [string, string, string];
  const of = (available: ReadonlySet<string>): StreamWindow => {
    const collectors = aggregates.map((aggregate) => collector(aggregate, available));
    return {
      size: spans[0]!,
      advance: spans.at(-1)!,
      seed: () => collectors.map(({ seed }) => seed()),
      add: (state, row) => {
        addRow(collectors, state, row);
        return state;
      },
      row: (recordKey, from, to, state) => ({
        [key]: recordKey,
        [start]: from,
        [end]: to,
        ...Object.fromEntries(aggregates.map((aggregate, at) => [aggregate.key, collectors[at]!.result(state[at]!)])),
      }),
    };
  };
  return { keys: new Set([key, start, end, ...aggregates.map((aggregate) => aggregate.key)]), of };
}

/** A duration: '1m', '90s', or milliseconds. Throws HW_DURATION. */
function span(expr: Expr, around: Surroundings): number {
  const value = compile(bind(expr, new Scope([]), around), new Set())({});
  return milliseconds(value as Duration);
}
