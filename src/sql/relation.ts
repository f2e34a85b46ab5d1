import { concatBatches, rowsOf, selectColumns, selectRows, type Batch, type Row } from '../ml/dataset/batch.js';
import { columnOf, type Column } from '../ml/dataset/column.js';
import { Dataset } from '../ml/dataset/dataset.js';
import { compile, inputsOf, missing, type Expression } from './expression.js';
import { truth } from './operators.js';
import { answerRows } from './udf.js';

/** Rows on their way through a plan, lazily: a data set whose columns are named by the keys of the expressions that they hold. */
export interface Relation {
  readonly dataset: Dataset;
  readonly keys: ReadonlySet<string>;
}

export function relationOf(dataset: Dataset): Relation {
  return { dataset, keys: new Set(dataset.columns) };
}

/** Only the columns that these expressions read. */
export function pruned({ dataset, keys }: Relation, expressions: readonly Expression[]): Relation {
  const needed = new Set(expressions.flatMap((expression) => inputsOf(expression, keys)));
  return needed.size === keys.size ? { dataset, keys } : relationOf(dataset.select(...[...keys].filter((key) => needed.has(key))));
}

/** With a column for each expression that has none yet; the functions that they call see whole batches, each call once. */
export function withColumns(relation: Relation, expressions: readonly Expression[]): Relation {
  const { dataset, keys } = withCalls(relation, expressions);
  const added = new Map(expressions.filter(({ key }) => !keys.has(key)).map((expression) => [expression.key, expression]));
  if (added.size === 0) return { dataset, keys };
  const made = [...added.values()].map((expression) => ({ key: expression.key, column: columnMaker(expression, keys) }));
  return relationOf(
    dataset.mapBatches([...keys, ...added.keys()], (batch) => ({
      length: batch.length,
      columns: { ...batch.columns, ...Object.fromEntries(made.map(({ key, column }) => [key, column(batch)])) },
    })),
  );
}

/** The rows for which all conditions are true. Conditions without calls go first; each later one sees only the rows that those before left. */
export function where(relation: Relation, conditions: readonly Expression[]): Relation {
  const isPlain = (condition: Expression) => missing('call', [condition], relation.keys).length === 0;
  const plain = conditions.filter(isPlain);
  let left = plain.length === 0 ? relation : filtered(relation, plain);
  for (const condition of conditions) if (!isPlain(condition)) left = filtered(withCalls(left, [condition]), [condition]);
  return left;
}

function withCalls(relation: Relation, expressions: readonly Expression[]): Relation {
  const { dataset, keys } = relation;
  const calls = missing('call', expressions, keys);
  if (calls.length === 0) return relation;
  const available = new Set(keys);
  const steps = calls.map((call) => {
    const known = new Set(available);
    available.add(call.key);
    return { call, args: call.args.map((arg) => columnMaker(arg, known)), guard: call.guard && columnMaker(call.guard, known) };
  });
  return relationOf(
    dataset.mapBatches([...available], async (batch) => {
      let { columns } = batch;
      for (const { call, args, guard } of steps) {
        const known = { length: batch.length, columns };
        const isNeeded = guard?.(known) as readonly unknown[] | undefined;
        const rows = Array.from({ length: batch.length }, (_, row) => row).filter(
          (row) => isNeeded === undefined || isNeeded[row] === true,
        );
        const answer = await answerRows(
          rows,
          args.map((column) => column(known)),
          batch.length,
          (given) => call.called.compute(given, rows.length),
        );
        columns = { ...columns, [call.key]: answer };
      }
      return { length: batch.length, columns };
    }),
  );
}

/** The values of an expression in a batch; a column that is there already is given as it is. */
function columnMaker(expression: Expression, available: ReadonlySet<string>): (batch: Batch) => Column {
  if (available.has(expression.key)) return (batch) => batch.columns[expression.key]!;
  const evaluate = compile(expression, available);
  const inputs = [...new Set(inputsOf(expression, available))];
  return (batch) => columnOf(rowsOf(selectColumns(batch, inputs)).map(evaluate));
}

/** What is left of small batches goes together, so that what comes after sees batches as large as they came. */
function filtered({ dataset, keys }: Relation, conditions: readonly Expression[]): Relation {
  const tests = conditions.map((condition) => ({ column: columnMaker(condition, keys), place: condition.place }));
  const kept = (batch: Batch): Batch => {
    let left = batch;
    for (const { column, place } of tests) {
      const values = column(left);
      const rows = Array.from({ length: left.length }, (_, row) => row).filter(
        (row) => truth((values as readonly unknown[])[row] ?? null, 'WHERE', place) === true,
      );
      if (rows.length < left.length) left = selectRows(left, rows);
    }
    return left;
  };
  const columns = [...keys];
  return {
    keys,
    dataset: Dataset.fromBatches(columns, async function* () {
      let waiting: Batch[] = [];
      let rows = 0;
      let full = 1;
      for await (const batch of dataset.batches()) {
        full = Math.max(full, batch.length);
        const left = kept(batch);
        if (left.length === 0) continue;
        waiting.push(left);
        rows += left.length;
        if (rows < full) continue;
        yield concatBatches(waiting, columns);
        waiting = [];
        rows = 0;
      }
      if (rows > 0) yield concatBatches(waiting, columns);
    }),
  };
}

/** The rows without the first `offset`, `limit` at most; the source is read no further. */
export function slice({ dataset, keys }: Relation, offset: number, limit: number): Relation {
  if (offset === 0) return { keys, dataset: limit === Infinity ? dataset : dataset.limit(limit) };
  const skipped = Dataset.fromBatches(dataset.columns, async function* () {
    let left = offset;
    for await (const batch of dataset.batches()) {
      const from = Math.min(left, batch.length);
      left -= from;
      const rows = Array.from({ length: batch.length - from }, (_, row) => row + from);
      if (rows.length > 0) yield from === 0 ? batch : selectRows(batch, rows);
    }
  });
  return slice({ keys, dataset: skipped }, 0, limit);
}

/** A relation whose rows are all known only when the source has been read: made anew at each reading. */
export function gathered(keys: readonly string[], read: () => Promise<readonly Row[] | Batch>): Relation {
  const dataset = Dataset.fromBatches(keys, async function* () {
    const found = await read();
    if ('columns' in found) yield found;
    else yield* Dataset.fromRows(found, [...keys]).batches();
  });
  return { keys: new Set(keys), dataset };
}
