import { describe, expect, it } from 'vitest';

import { Dataset, SqlSession } from '../../src/index.js';
import { Score } from './score.js';

function setUp(rows = 10, perBatch = 4) {
  const session = new SqlSession();
  const score = new Score();
  const all = Array.from({ length: rows }, (_, x) => ({ x, even: x % 2 === 0, heavy: 'pixels' }));
  const source = Dataset.fromBatches(['x', 'even', 'heavy'], async function* () {
    for (let start = 0; start < rows; start += perBatch) yield* Dataset.fromRows(all.slice(start, start + perBatch)).batches();
  });
  session.registerTable('t', source);
  session.registerTransformer('score', score);
  return { session, score };
}

describe('a model in a query', () => {
  it('sees only the rows that the other conditions leave, in batches as large as they came', async () => {
    const { session, score } = setUp();
    const rows = await session.sql('SELECT x FROM t WHERE score(x) > 0.3 AND even').toRows();
    expect(rows).toEqual([{ x: 4 }, { x: 6 }, { x: 8 }]);
    expect(score.batches).toEqual([[0, 2, 4, 6], [8]]);
  });

  it('is asked once a row, however often the query names it', async () => {
    const { session, score } = setUp();
    const rows = await session
      .sql('SELECT score(x) AS s, score(x) + 1 AS more FROM t WHERE score(x) > 0.7 ORDER BY score(x) DESC')
      .toRows();
    expect(rows).toEqual([
      { s: 0.9, more: 1.9 },
      { s: 0.8, more: 1.8 },
    ]);
    expect(score.batches).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it('is asked after ORDER BY and LIMIT where they do not need it', async () => {
    const { session, score } = setUp();
    expect(await session.sql('SELECT score(x) AS s FROM t ORDER BY x DESC LIMIT 2 OFFSET 1').toRows()).toEqual([{ s: 0.8 }, { s: 0.7 }]);
    expect(score.batches).toEqual([[8, 7]]);
  });

  it('is asked for no more than LIMIT rows, and the table is read no further', async () => {
    const { session, score } = setUp();
    await session.sql('SELECT score(x) AS s FROM t LIMIT 3').toRows();
    expect(score.batches).toEqual([[0, 1, 2]]);
  });

  it('sees only the rows that need it, in a branch of CASE and behind OR, AND, COALESCE and FILTER', async () => {
    const seen = async (query: string) => {
      const { session, score } = setUp(6, 6);
      session.registerTable('holes', Dataset.fromRows([1, null, 3].map((y, x) => ({ x, y }))));
      return { rows: await session.sql(query).toRows(), batches: score.batches };
    };
    expect(await seen('SELECT CASE WHEN even THEN score(x) WHEN x > 4 THEN -score(x + 10) ELSE 0 END AS s FROM t')).toEqual({
      rows: [0, 0, 0.2, 0, 0.4, -1.5].map((s) => ({ s })),
      batches: [[0, 2, 4], [15]],
    });
    expect((await seen('SELECT x FROM t WHERE even OR score(x) > 0.4')).rows).toEqual([0, 2, 4, 5].map((x) => ({ x })));
    expect((await seen('SELECT x FROM t WHERE even OR score(x) > 0.4')).batches).toEqual([[1, 3, 5]]);
    expect((await seen('SELECT even AND score(x) > 0.1 AS b FROM t')).batches).toEqual([[0, 2, 4]]);
    expect(await seen('SELECT coalesce(y, score(x)) AS v FROM holes')).toEqual({ rows: [{ v: 1 }, { v: 0.1 }, { v: 3 }], batches: [[1]] });
    expect(await seen('SELECT sum(score(x)) FILTER (WHERE even) AS s FROM t')).toEqual({
      rows: [{ s: expect.closeTo(0.6) as number }],
      batches: [[0, 2, 4]],
    });
    // The guard may be an aggregate, or another call; what is named elsewhere too is asked for every row, once.
    expect((await seen('SELECT even, CASE WHEN count(*) > 1 THEN avg(score(x)) END AS s FROM t GROUP BY even')).batches).toEqual([
      [0, 1, 2, 3, 4, 5],
    ]);
    expect((await seen('SELECT CASE WHEN score(x) > 0.3 THEN score(x * 10) END AS s FROM t')).batches).toEqual([
      [0, 1, 2, 3, 4, 5],
      [40, 50],
    ]);
    expect(await seen('SELECT CASE WHEN even THEN score(x) END AS s, score(x) AS t FROM t WHERE x < 2')).toEqual({
      rows: [
        { s: 0, t: 0 },
        { s: null, t: 0.1 },
      ],
      batches: [[0, 1]],
    });
  });

  it('sees no nulls, and gives null for them', async () => {
    const { session, score } = setUp();
    session.registerTable('holes', Dataset.fromRows([{ x: 1 }, { x: null }, { x: 3 }]));
    expect(await session.sql('SELECT score(x) AS s FROM holes').toRows()).toEqual([{ s: 0.1 }, { s: null }, { s: 0.3 }]);
    expect(score.batches).toEqual([[1, 3]]);
  });

  it('may stand inside another, inside an aggregate, and after one', async () => {
    const { session, score } = setUp();
    expect(await session.sql('SELECT score(score(x) * 100) AS s FROM t WHERE x = 5').toRows()).toEqual([{ s: 5 }]);
    expect(score.batches).toEqual([[5], [50]]);
    const grouped = 'SELECT even, avg(score(x)) AS mean, score(max(x)) AS best FROM t GROUP BY even ORDER BY even';
    expect(await session.sql(grouped).toRows()).toEqual([
      { even: false, mean: expect.closeTo(0.5) as number, best: 0.9 },
      { even: true, mean: expect.closeTo(0.4) as number, best: 0.8 },
    ]);
  });

  it('is not asked while nothing is read: a query is lazy, and reads its table anew each time', async () => {
    const { session, score } = setUp();
    const query = session.sql('SELECT score(x) AS s FROM t LIMIT 1');
    expect(score.batches).toEqual([]);
    expect(query.columns).toEqual(['s']);
    await query.toRows();
    await query.toRows();
    expect(score.batches).toEqual([[0], [0]]);
  });
});

describe('a table', () => {
  it('gives only the columns that a query reads', async () => {
    const session = new SqlSession();
    const asked: string[][] = [];
    const source = Dataset.fromRows([{ a: 1, b: 2, c: 3 }]);
    const watched = Object.assign(Object.create(source) as Dataset, {
      select: (...names: string[]) => {
        asked.push(names);
        return source.select(...names);
      },
    });
    session.registerTable('t', watched);
    await session.sql('SELECT a + 1 AS n FROM t WHERE c > 0').toRows();
    await session.sql('SELECT count(*) AS n FROM t').toRows();
    expect(asked).toEqual([['a', 'c'], []]);
  });
});

describe('a function of JavaScript', () => {
  it('may answer later, and fails with its name', async () => {
    const session = new SqlSession();
    session.registerTable('t', Dataset.fromRows([{ x: 1 }, { x: 2 }]));
    session.registerUDF('twice', async (x: number) => Promise.resolve(x * 2));
    session.registerUDF('broken', () => {
      throw new Error('no light');
    });
    expect(await session.sql('SELECT TWICE(x) AS y FROM t').toRows()).toEqual([{ y: 2 }, { y: 4 }]);
    await expect(session.sql('SELECT broken(x) AS y FROM t').toRows()).rejects.toMatchObject({
      code: 'HW_SQL_UDF',
      details: { name: 'broken', reason: 'no light' },
    });
    expect(() => session.registerUDF('lower', () => 1)).toThrow(/"lower" is a function of the dialect/);
    expect(() => session.registerUDF('a b', () => 1)).toThrow(/other characters/);
  });
});
