import { error } from '../errors.js';
import { rowsOf, type Row } from '../ml/dataset/batch.js';
import { Dataset } from '../ml/dataset/dataset.js';
import { compile, conjuncts, inputsOf, type Expression } from './expression.js';
import { truth } from './operators.js';
import { relationOf, withColumns, type Relation } from './relation.js';
import { groupKey } from './sql-value.js';

export type JoinKind = 'inner' | 'left';

/**
 * The pairs of rows for which `on` is true, found by the equalities in it; with `left`, rows without a partner as well. The right side is held in
 * memory. Throws HW_SQL_UNSUPPORTED where `on` has no equality between the sides.
 */
export function hashJoin(left: Relation, right: Relation, on: Expression, kind: JoinKind): Relation {
  const both = new Set([...left.keys, ...right.keys]);
  const pairs: { readonly left: Expression; readonly right: Expression }[] = [];
  const others: Expression[] = [];
  for (const condition of conjuncts(on)) {
    const pair = equality(condition, left, right);
    if (pair) pairs.push(pair);
    else others.push(condition);
  }
  if (pairs.length === 0)
    throw error('HW_SQL_UNSUPPORTED', { what: 'a JOIN without an equality', place: on.place, instead: 'write ON a.column = b.column' });
  const leftKeys = pairs.map((pair) => pair.left);
  const rightKeys = pairs.map((pair) => pair.right);
  const probe = withColumns(left, leftKeys);
  const build = withColumns(right, rightKeys);
  const tests = others.map((condition) => ({ test: compile(condition, both), place: condition.place }));
  const columns = [...both];
  const empty = Object.fromEntries([...right.keys].map((key) => [key, null]));
  const joined = async function* () {
    const table = await tableOf(build, rightKeys);
    for await (const batch of probe.dataset.batches()) {
      const rows: Row[] = [];
      for (const row of rowsOf(batch)) {
        const id = idOf(row, leftKeys);
        const partners = (id === undefined ? undefined : table.get(id)) ?? [];
        const found = partners
          .map((partner) => ({ ...row, ...partner }))
          .filter((pair) => tests.every(({ test, place }) => truth(test(pair), 'ON', place) === true));
        rows.push(...(found.length === 0 && kind === 'left' ? [{ ...row, ...empty }] : found));
      }
      if (rows.length > 0) yield* Dataset.fromRows(rows, columns).batches();
    }
  };
  return relationOf(Dataset.fromBatches(columns, joined));
}

function equality(condition: Expression, left: Relation, right: Relation): { left: Expression; right: Expression } | undefined {
  if (condition.kind !== 'operation' || condition.name !== '=') return undefined;
  const [a, b] = condition.children as [Expression, Expression];
  const all = new Set([...left.keys, ...right.keys]);
  const isOf = (expression: Expression, { keys }: Relation) => {
    const inputs = inputsOf(expression, all);
    return inputs.length > 0 && inputs.every((key) => keys.has(key));
  };
  if (isOf(a, left) && isOf(b, right)) return { left: a, right: b };
  return isOf(b, left) && isOf(a, right) ? { left: b, right: a } : undefined;
}

async function tableOf({ dataset }: Relation, keys: readonly Expression[]): Promise<Map<string, Row[]>> {
  const table = new Map<string, Row[]>();
  for await (const batch of dataset.batches()) {
    for (const row of rowsOf(batch)) {
      const id = idOf(row, keys);
      if (id === undefined) continue;
      const known = table.get(id);
      if (known) known.push(row);
      else table.set(id, [row]);
    }
  }
  return table;
}

/** Undefined where a value is null: null is equal to nothing. */
function idOf(row: Row, keys: readonly Expression[]): string | undefined {
  const values = keys.map(({ key }) => row[key] ?? null);
  return values.includes(null) ? undefined : values.map(groupKey).join();
}
