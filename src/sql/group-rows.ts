import { rowsOf, type Row } from '../ml/dataset/batch.js';
import { Dataset } from '../ml/dataset/dataset.js';
import { compile, type AggregateExpression, type Evaluate, type Expression } from './expression.js';
import { valueAs, type Accumulator } from './functions/function-spec.js';
import { placed, truth } from './operators.js';
import { gathered, pruned, withColumns, type Relation } from './relation.js';
import { groupKey } from './sql-value.js';

/** One row for each group, with the columns of the keys and of the aggregates; without keys one row, whatever comes. */
export function grouped(relation: Relation, by: readonly Expression[], aggregates: readonly AggregateExpression[]): Relation {
  const parts = aggregates.flatMap(({ children }) => children);
  const source = pruned(withColumns(relation, [...by, ...parts]), [...by, ...parts]);
  const keys = [...new Set([...by, ...aggregates].map(({ key }) => key))];
  const makers = aggregates.map((aggregate) => collector(aggregate, source.keys));
  return gathered(keys, async () => {
    const groups = new Map<string, { readonly values: Row; readonly collectors: Collector[] }>();
    const start = (row: Row) => ({
      values: Object.fromEntries(by.map(({ key }) => [key, row[key]])),
      collectors: makers.map((make) => make()),
    });
    for await (const batch of source.dataset.batches()) {
      for (const row of rowsOf(batch)) {
        const id = by.map(({ key }) => groupKey(row[key])).join();
        let group = groups.get(id);
        if (group === undefined) groups.set(id, (group = start(row)));
        for (const { add } of group.collectors) add(row);
      }
    }
    if (by.length === 0 && groups.size === 0) groups.set('', start({}));
    return Array.from(groups.values(), ({ values, collectors }) => ({
      ...values,
      ...Object.fromEntries(aggregates.map(({ key }, at) => [key, collectors[at]!.result()])),
    }));
  });
}

interface Collector {
  readonly add: (row: Row) => void;
  readonly result: () => unknown;
}

/** Makes what collects one group's rows for an aggregate. */
function collector(expression: AggregateExpression, available: ReadonlySet<string>): () => Collector {
  const { aggregate, argument, filter, distinct, place } = expression;
  const value: Evaluate = argument === undefined ? () => true : compile(argument, available);
  const isIn: Evaluate = filter === undefined ? () => true : compile(filter, available);
  const name = `${aggregate.name}()`;
  return () => {
    const collected: Accumulator = aggregate.start();
    const seen = distinct ? new Set<string>() : undefined;
    const add = (row: Row): void => {
      if (truth(isIn(row), 'FILTER', place) !== true) return;
      const given = value(row);
      if (given === null) return;
      if (seen !== undefined) {
        const key = groupKey(given);
        if (seen.has(key)) return;
        seen.add(key);
      }
      placed(() => collected.add(valueAs(aggregate.takes, given, name, place)), name, place);
    };
    return { add, result: () => collected.result() };
  };
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
