import fc from 'fast-check';
import { expect, it } from 'vitest';

import { Dataset, SqlSession } from '../../src/index.js';
import { columns, queries, tableRows } from './random-sql.js';

it('gives the same rows whether a function is of the dialect or of the session, wherever a query names it', async () => {
  let asked = 0;
  const property = fc.asyncProperty(tableRows, queries(3), async (rows, query) => {
    const session = new SqlSession();
    session.registerTable('t', Dataset.fromRows(rows, ['id', ...Object.keys(columns)]));
    session.registerUDF('my_abs', async (x: number | null) => {
      asked += 1;
      return Promise.resolve(x === null ? null : Math.abs(x));
    });
    session.registerUDF('my_lower', (s: string | null) => s?.toLowerCase());
    session.registerUDF('my_nullif', (a: unknown, b: unknown) => (a === b ? null : a));
    const called = query.replace(/\b(abs|lower|nullif)\(/g, 'my_$1(');
    // A JOIN takes no function of the session in ON.
    if (/ JOIN /.test(query)) return;
    expect({ query, rows: await session.sql(called).toRows() }).toEqual({ query, rows: await session.sql(query).toRows() });
  });
  await fc.assert(property, { numRuns: 150, seed: 20_261_128 });
  expect(asked).toBeGreaterThan(100);
}, 120_000);
