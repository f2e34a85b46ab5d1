import fc from 'fast-check';
import { expect, it } from 'vitest';

import { Dataset, json, sql, SqlSession, topology, type Row } from '../../src/index.js';
import { TopologyDriver } from '../../src/testing/index.js';
import { columns, expressions, tableRows } from './random-sql.js';

it('gives the same rows on a stream as on a data set', async () => {
  const { number, text, boolean } = expressions('', 2);
  const session = new SqlSession();
  session.registerUDF('twice', async (x: number | null) => Promise.resolve(x === null ? null : x * 2));
  const property = fc.asyncProperty(tableRows, number, text, boolean, boolean, async (rows, n, t, p, condition) => {
    const query = `SELECT *, twice(${n}) AS v0, ${t} AS v1, CASE WHEN ${p} THEN twice(a) ELSE twice(b) END AS v2 FROM t WHERE ${condition} AND coalesce(twice(id) < 20, ${p})`;
    session.registerTable('t', Dataset.fromRows(rows, ['id', ...Object.keys(columns)]));
    const driver = await TopologyDriver.start(
      topology('parity', ({ source, sink }) => sink('out', json<Row>(), source('in', json<Row>()).pipe(sql(query, session)))),
    );
    await driver.pipe(
      'in',
      json<Row>(),
      rows.map((value) => ({ key: 'k', timestamp: 1, value })),
    );
    const streamed = (await driver.read('out', json<Row>())).map(({ value }) => value);
    await driver.close();
    expect(streamed).toEqual(JSON.parse(JSON.stringify(await session.sql(query).toRows())));
  });
  await fc.assert(property, { numRuns: 40, seed: 20_261_128 });
}, 120_000);
