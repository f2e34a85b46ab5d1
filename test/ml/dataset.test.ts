import { expect, it } from 'vitest';
import { batchOf } from '../../src/ml/dataset/batch.js';
import { valuesOf, VectorColumn } from '../../src/ml/dataset/column.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';

const people = () =>
  Dataset.fromRows([
    { name: 'Ada', team: 'a', score: 3 },
    { name: 'Bo', team: 'b', score: 1 },
    { name: 'Cy', team: 'a', score: 5 },
  ]);

it('selects, adds, drops and filters columns and rows', async () => {
  const data = people()
    .withColumn('double', ({ score }) => 2 * (score as number))
    .filter(({ team }) => team === 'a')
    .drop('team');
  expect(data.columns).toEqual(['name', 'score', 'double']);
  expect(await data.toRows()).toEqual([
    { name: 'Ada', score: 3, double: 6 },
    { name: 'Cy', score: 5, double: 10 },
  ]);
});

it('keeps vectors as one typed matrix through filters and joins of batches', async () => {
  const batch = (values: number[]) => batchOf({ x: new VectorColumn(Float32Array.from(values), 2) });
  const data = Dataset.fromBatches(['x'], async function* () {
    yield* await Promise.resolve([batch([1, 2, 3, 4]), batch([5, 6])]);
  });
  const whole = await data.filter(({ x }) => (x as Float32Array)[0]! > 1).collect();
  expect(whole.columns['x']).toEqual(new VectorColumn(Float32Array.of(3, 4, 5, 6), 2));
});

it('splits into disjoint parts that hold every row, the same for the same seed', async () => {
  const data = Dataset.fromColumns({ id: Float64Array.from({ length: 5000 }, (_, id) => id) });
  const [train, rest] = data.randomSplit([3, 1], 7);
  const [a, b, again] = await Promise.all([train!.column('id'), rest!.column('id'), data.randomSplit([3, 1], 7)[0]!.column('id')]);
  expect(a).toEqual(again);
  expect([...valuesOf(a), ...valuesOf(b)].sort((x, y) => Number(x) - Number(y))).toEqual(Array.from({ length: 5000 }, (_, id) => id));
  expect(a.length / 5000).toBeCloseTo(0.75, 1);
});

it('reads no further than a limit asks', async () => {
  let read = 0;
  const endless = Dataset.fromBatches(['n'], async function* () {
    for (;;) yield await Promise.resolve(batchOf({ n: [read++, 0] }));
  });
  expect(await endless.limit(3).toRows()).toEqual([{ n: 0 }, { n: 0 }, { n: 1 }]);
  expect(read).toBe(2);
});

it('reads a cached data set once', async () => {
  let read = 0;
  const data = Dataset.fromBatches(['n'], async function* () {
    read++;
    yield await Promise.resolve(batchOf({ n: [1, 2] }));
  }).cache();
  expect(await Promise.all([data.count(), data.count()])).toEqual([2, 2]);
  expect(read).toBe(1);
});

it('groups and aggregates without nulls', async () => {
  const data = Dataset.fromRows([...(await people().toRows()), { name: 'Di', team: 'b', score: null }]);
  expect(await (await data.groupBy('team').agg({ score: 'mean', name: 'count' })).toRows()).toEqual([
    { team: 'a', 'mean(score)': 4, 'count(name)': 2 },
    { team: 'b', 'mean(score)': 1, 'count(name)': 2 },
  ]);
  expect(await (await data.groupBy('team').count()).toRows()).toEqual([
    { team: 'a', count: 2 },
    { team: 'b', count: 2 },
  ]);
});

it('aggregates as SQL: samples, texts, groups of nulls, and refuses what it does not know', async () => {
  const data = Dataset.fromRows([
    { team: 'a', score: 1, name: 'x' },
    { team: 'a', score: 4, name: 'b' },
    { team: 'b', score: null, name: 'y' },
  ]);
  const of = async (aggregate: 'stddev' | 'variance' | 'avg' | 'sum') =>
    (await (await data.groupBy('team').agg({ score: aggregate })).toRows()).map((row) => row[`${aggregate}(score)`]);
  expect([await of('variance'), await of('stddev'), await of('avg'), await of('sum')]).toEqual([
    [4.5, null],
    [Math.sqrt(4.5), null],
    [2.5, null],
    [5, null],
  ]);
  expect(await (await data.groupBy('team').agg({ name: 'max' })).toRows()).toEqual([
    { team: 'a', 'max(name)': 'x' },
    { team: 'b', 'max(name)': 'y' },
  ]);
  await expect(data.groupBy('team').agg({ score: 'median' as 'mean' })).rejects.toThrow('agg takes one of count, sum, mean');
  await expect(data.groupBy('team').agg({ name: 'sum' })).rejects.toThrow('column name, row 0 of a group: expected a number, got string');
});

it('shows a table as Spark does', async () => {
  let shown = '';
  await people().show(2, (table) => (shown = table));
  expect(shown).toBe(`+----+----+-----+
|name|team|score|
+----+----+-----+
| Ada|   a|    3|
|  Bo|   b|    1|
+----+----+-----+
only showing top 2 rows`);
});

it('takes the columns of all rows, with null for what a row lacks', async () => {
  expect(await Dataset.fromRows([{ a: 1 }, { b: 'x' }]).toRows()).toEqual([
    { a: 1, b: null },
    { a: null, b: 'x' },
  ]);
});

it('waits for a filter that answers later', async () => {
  const late = people().filter(async ({ score }) => Promise.resolve((score as number) > 1));
  expect(await late.count()).toBe(2);
});

it('refuses shares and sizes that mean nothing', () => {
  for (const call of [
    () => people().sample(1.5),
    () => people().sample(NaN),
    () => people().randomSplit([]),
    () => people().randomSplit([2, -1]),
    () => people().limit(-1),
  ])
    expect(call).toThrow(expect.objectContaining({ code: 'HW_DATASET_ARGUMENT' }));
  expect(() => people().sample(1.5)).toThrow('sample takes a fraction in [0, 1], got 1.5');
});

it('names a missing column and a doubled one', () => {
  expect(() => people().select('nome')).toThrow(expect.objectContaining({ code: 'HW_COLUMN_MISSING' }));
  expect(() => Dataset.fromBatches(['a', 'a'], () => people().batches())).toThrow(expect.objectContaining({ code: 'HW_COLUMN_EXISTS' }));
});
