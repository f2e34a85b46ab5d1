import { rowsOf, type Row } from '../ml/dataset/batch.js';
import { Dataset } from '../ml/dataset/dataset.js';
import { compile, type AggregateExpression, type Evaluate, type Expression } from './expression.js';
import { valueAs } from './functions/function-spec.js';
import { placed, truth } from './operators.js';
import { gathered, pruned, withColumns, type Relation } from './relation.js';
import { groupKey } from './sql-value.js';

/** One row for each group, with the columns of the keys and of the aggregates; without keys one row, whatever comes. */
export function grouped(relation: Relation, by: readonly Expression[], aggregates: readonly AggregateExpression[]): Relation {
  const parts = aggregates.flatMap(({ children }) => children);
  const source = pruned(withColumns(relation, [...by, ...parts]), [...by, ...parts]);
  const keys = [...new Set([...by, ...aggregates].map(({ key }) => key))];
  const collectors = aggregates.map((aggregate) => collector(aggregate, source.keys));
  return gathered(keys, async () => {
    const groups = new Map<string, { readonly values: Row; readonly collected: Collected[] }>();
    const start = (row: Row) => ({
      values: Object.fromEntries(by.map(({ key }) => [key, row[key]])),
      collected: collectors.map(({ seed }) => seed()),
    });
    for await (const batch of source.dataset.batches()) {
      for (const row of rowsOf(batch)) {
        const id = by.map(({ key }) => groupKey(row[key])).join();
        let group = groups.get(id);
        if (group === undefined) groups.set(id, (group = start(row)));
        addRow(collectors, group.collected, row);
      }
    }
    if (by.length === 0 && groups.size === 0) groups.set('', start({}));
    return Array.from(groups.values(), ({ values, collected }) => ({
      ...values,
      ...Object.fromEntries(aggregates.map(({ key }, at) => [key, collectors[at]!.result(collected[at]!)])),
    }));
  });
}

/** What an aggregate has seen of one group: structured-cloneable, as its state is. */
export interface Collected {
  state: unknown;
  /** Of DISTINCT: what was seen. */
  readonly seen?: Set<string>;
}

export interface Collector {
  readonly seed: () => Collected;
  /** What a row adds; null for nothing. */
  readonly value: (row: Row) => unknown;
  readonly add: (collected: Collected, value: unknown) => void;
  readonly result: (collected: Collected) => unknown;
}

/** Collects rows that have the columns `available` for an aggregate. */
export function collector(expression: AggregateExpression, available: ReadonlySet<string>): Collector {
  const { aggregate, argument, filter, distinct, place } = expression;
  const given: Evaluate = argument === undefined ? () => true : compile(argument, available);
  const isIn: Evaluate = filter === undefined ? () => true : compile(filter, available);
  const name = `${aggregate.name}()`;
  return {
    seed: () => (distinct ? { state: aggregate.seed(), seen: new Set<string>() } : { state: aggregate.seed() }),
    value: (row) => {
      const value = truth(isIn(row), 'FILTER', place) === true ? given(row) : null;
      return value === null ? null : valueAs(aggregate.takes, value, name, place);
    },
    add: (collected, value) => {
      if (value === null) return;
      const key = collected.seen && groupKey(value);
      if (key !== undefined && collected.seen!.has(key)) return;
      collected.state = placed(() => aggregate.add(collected.state, value), name, place);
      if (key !== undefined) collected.seen!.add(key);
    },
    result: ({ state }) => aggregate.result(state),
  };
}

/** Adds a row to what each aggregate has collected: to all of them, or to none where one cannot take it. */
export function addRow(collectors: readonly Collector[], collected: readonly Collected[], row: Row): void {
  const values = collectors.map(({ value }) => value(row));
  for (const [at, { add }] of collectors.entries()) add(collected[at]!, values[at]);
}

/** The first of all rows that have the same values. */
export function distinct({ dataset, keys }: Relation): Relation {
  const rows = async function* () {
    const seen = new Set<string>();
    for await (const batch of dataset.batches()) {
      const fresh = rowsOf(batch).filter((row) => {
        const id = [...keys].map((key) => groupKey(row[key])).join();
        return !seen.has(id) && seen.add(id);
      });
      if (fresh.length > 0) yield* Dataset.fromRows(fresh, [...keys]).batches();
    }
  };
  return { keys, dataset: Dataset.fromBatches([...keys], rows) };
}
