import { describe, expect, it } from 'vitest';

import { bytes, json, sql, SqlSession, topology, type Row, type SqlOptions } from '../../src/index.js';
import { TopologyDriver } from '../../src/testing/index.js';
import { Score } from './score.js';

async function run(text: string, values: readonly { key?: string; value: unknown; timestamp?: number }[], options: SqlOptions = {}) {
  const session = new SqlSession();
  const score = new Score();
  session.registerTransformer('score', score);
  const query = topology('query', ({ source, sink }) => {
    sink('out', json<Row>(), source('in', json()).pipe(sql(text, session, options)));
  });
  const driver = await TopologyDriver.start(query);
  try {
    await driver.pipe('in', json(), values);
    const out = await driver.read('out', json<Row>());
    const dead = await driver.read('query-dead-letter', bytes);
    return { rows: out.map(({ key, value, timestamp }) => ({ key, timestamp, ...value })), score, dead };
  } finally {
    await driver.close();
  }
}

describe('a query over a stream', () => {
  it('filters and projects under the same key and time, in order', async () => {
    const { rows } = await run(
      'SELECT stream.key AS k, capturedAt + 1 AS next, box.width FROM stream WHERE box.width > $1',
      [
        { key: 'a', timestamp: 5, value: { capturedAt: 1, box: { width: 3 } } },
        { key: 'b', timestamp: 6, value: { capturedAt: 2, box: { width: 2 } } },
        { key: 'a', timestamp: 7, value: { capturedAt: 3, box: { width: 9 } } },
      ],
      { parameters: [2] },
    );
    expect(rows).toEqual([
      { key: 'a', timestamp: 5, k: 'a', next: 2, width: 3 },
      { key: 'a', timestamp: 7, k: 'a', next: 4, width: 9 },
    ]);
  });

  it('asks a model in batches, once a record, for what the other conditions leave', async () => {
    const values = Array.from({ length: 8 }, (_, x) => ({ key: 'a', timestamp: x, value: { x } }));
    const { rows, score } = await run('SELECT *, score(x) AS s FROM stream WHERE score(x) > 0.3 AND x % 2 = 0', values);
    expect(rows).toEqual([
      { key: 'a', timestamp: 4, x: 4, s: 0.4 },
      { key: 'a', timestamp: 6, x: 6, s: 0.6 },
    ]);
    expect(score.batches).toEqual([[0, 2, 4, 6]]);
  });

  it('takes out alone a record that the query fails on, or that lacks a field', async () => {
    const values = [{ x: 1 }, { x: 'one' }, { y: 1 }, { x: -1 }, { x: 2 }].map((value) => ({ key: 'a', value, timestamp: 1 }));
    const { rows, dead } = await run('SELECT x + 1 AS n, score(x) AS s FROM stream', values);
    expect(rows.map(({ n }: Row) => n)).toEqual([2, 3]);
    expect(dead).toHaveLength(3);
    const lenient = await run('SELECT x FROM stream WHERE x IS NULL', values, { optional: ['x'] });
    expect(lenient.rows.map(({ x }: Row) => x)).toEqual([null]);
  });

  it('takes a value that is no struct as the column value', async () => {
    const { rows } = await run('SELECT value * 2 AS twice FROM stream', [{ key: 'a', timestamp: 1, value: 4 }]);
    expect(rows).toEqual([{ key: 'a', timestamp: 1, twice: 8 }]);
  });

  it('aggregates by key and window, once each window closes', async () => {
    const at = (key: string, timestamp: number, x: number) => ({ key, timestamp, value: { x } });
    const text = `
      SELECT key, window_start, window_end, count(*) AS n, avg(score(x)) AS mean, count(DISTINCT x) AS different
      FROM stream WHERE x < 100 GROUP BY key, TUMBLE('10s') HAVING count(*) > 1`;
    const { rows } = await run(text, [
      at('a', 1000, 1),
      at('a', 2000, 3),
      at('b', 3000, 5),
      at('a', 4000, 3),
      at('a', 12_000, 100),
      at('b', 25_000, 1),
    ]);
    expect(rows.map(({ timestamp: _, ...row }) => row)).toEqual([
      { key: 'a', window_start: 0, window_end: 10_000, n: 3, mean: expect.closeTo(7 / 30) as number, different: 2 },
    ]);
  });

  it('hops', async () => {
    const at = (timestamp: number) => ({ key: 'a', timestamp, value: { x: 1 } });
    const { rows } = await run("SELECT window_start AS w, count(*) AS n FROM stream GROUP BY HOP('10s', '5s'), key", [
      at(1000),
      at(6000),
      at(30_000),
    ]);
    expect(rows.map(({ w, n }: Row) => [w, n])).toEqual([
      [0, 2],
      [5000, 1],
    ]);
  });

  it.each([
    ['SELECT x FROM stream ORDER BY x', /ORDER BY over a stream at line 1, column 31/],
    ['SELECT x FROM stream LIMIT 3', /LIMIT over a stream/],
    ['SELECT DISTINCT x FROM stream', /DISTINCT over a stream/],
    ['SELECT count(*) FROM stream', /without a window/],
    ["SELECT count(*) FROM stream GROUP BY x, TUMBLE('1m')", /by anything but its key/],
    ["SELECT x FROM stream GROUP BY key, TUMBLE('1m')", /x \(line 1, column 8\) is neither grouped nor aggregated/],
    ['SELECT s.x FROM stream s JOIN t ON s.x = t.x', /JOIN over a stream/],
    ["SELECT count(*) FROM stream GROUP BY key, HOP('1m')", /HOP .* takes the size and the advance, got 1 arguments/],
  ])('refuses %s', (text, message) => {
    expect(() => sql(text, new SqlSession())).toThrow(message);
  });
});
