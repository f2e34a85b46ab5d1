import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Dataset, isError, SqlSession, type Row } from '../../../src/index.js';
import { hasPostgres, PostgresCluster } from '../connectors/postgres-cluster.js';
import { columns, expressions, queries, tableRows, type TableRow } from '../../sql/random-sql.js';

const names = Object.keys(columns) as (keyof typeof columns)[];
const seed = 20_261_128;

describe.skipIf(!hasPostgres)('SQL beside PostgreSQL', () => {
  let cluster: PostgresCluster;
  let client: pg.Client;

  beforeAll(async () => {
    cluster = await PostgresCluster.create();
    const first = new pg.Client(cluster.url);
    await first.connect();
    await first.query(`CREATE DATABASE c TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`);
    await first.end();
    client = new pg.Client(cluster.url.replace(/postgres$/, 'c'));
    await client.connect();
    await client.query(`CREATE TABLE t (id float8, ${names.map((name) => `${name} ${columns[name]}`).join(', ')})`);
  });
  afterAll(async () => {
    await client.end();
    await cluster.remove();
  });

  /** The table on both sides. */
  async function sessionOf(rows: readonly TableRow[]): Promise<SqlSession> {
    const types = ['float8', ...names.map((name) => columns[name])];
    const lists = ['id' as const, ...names].map((name) => rows.map((row) => row[name]));
    await client.query('TRUNCATE t');
    await client.query(`INSERT INTO t SELECT * FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')})`, lists);
    const session = new SqlSession();
    // Two batches: what is merged, cut or grouped across them must not show.
    const half = Math.ceil(rows.length / 2);
    session.registerTable(
      't',
      Dataset.fromBatches(['id', ...names], async function* () {
        yield* Dataset.fromRows(rows.slice(0, half), ['id', ...names]).batches();
        yield* Dataset.fromRows(rows.slice(half), ['id', ...names]).batches();
      }),
    );
    return session;
  }

  async function expectSame(session: SqlSession, sql: string): Promise<void> {
    const expected = ((await client.query(sql)) as { rows: Row[] }).rows;
    const made = await session.sql(sql).toRows();
    expect({ sql, rows: made.map(rounded) }).toEqual({ sql, rows: expected.map(rounded) });
  }

  it('gives the same for random expressions', async () => {
    const each = expressions('', 3);
    const property = fc.asyncProperty(
      tableRows,
      fc.array(fc.oneof(each.number, each.text, each.boolean), { minLength: 6, maxLength: 6 }),
      async (rows, all) => {
        await expectSame(await sessionOf(rows), `SELECT ${all.map((sql, at) => `${sql} AS v${at}`).join(', ')} FROM t ORDER BY id`);
      },
    );
    await fc.assert(property, { numRuns: 400, seed });
  });

  it('gives the same for random queries', async () => {
    const property = fc.asyncProperty(tableRows, fc.array(queries(2), { minLength: 4, maxLength: 4 }), async (rows, all) => {
      const session = await sessionOf(rows);
      for (const sql of all) await expectSame(session, sql);
    });
    await fc.assert(property, { numRuns: 300, seed });
  });

  it.each([
    ['SELECT 1 / 0', 'HW_SQL_VALUE'],
    ['SELECT sqrt(-1)', 'HW_SQL_VALUE'],
    ['SELECT ln(0)', 'HW_SQL_VALUE'],
    ["SELECT CAST('x' AS int)", 'HW_SQL_VALUE'],
    ["SELECT CAST('1.5' AS int)", 'HW_SQL_VALUE'],
    ["SELECT substring('abc', 1, -1)", 'HW_SQL_VALUE'],
    ["SELECT split_part('a', '-', 0)", 'HW_SQL_VALUE'],
    ['SELECT a + s FROM t', 'HW_SQL_TYPE'],
    ['SELECT a FROM t WHERE a', 'HW_SQL_TYPE'],
    ['SELECT a = s FROM t', 'HW_SQL_TYPE'],
    ['SELECT sum(s) FROM t', 'HW_SQL_TYPE'],
    ['SELECT nope FROM t', 'HW_SQL_COLUMN_UNKNOWN'],
    ['SELECT l.a, a FROM t l JOIN t r ON l.id = r.id', 'HW_SQL_COLUMN_AMBIGUOUS'],
    ['SELECT a FROM nowhere', 'HW_SQL_TABLE_UNKNOWN'],
    ['SELECT nope(a) FROM t', 'HW_SQL_FUNCTION_UNKNOWN'],
    ['SELECT lower(s, u) FROM t', 'HW_SQL_ARGUMENTS'],
    ['SELECT a, count(*) FROM t GROUP BY s', 'HW_SQL_GROUP'],
    ['SELECT a FROM t WHERE count(*) > 1', 'HW_SQL_UNSUPPORTED'],
    ['SELECT sum(count(*)) FROM t', 'HW_SQL_UNSUPPORTED'],
    ['SELECT DISTINCT a FROM t ORDER BY b', 'HW_SQL_UNSUPPORTED'],
    ['SELECT a FROM t ORDER BY 3', 'HW_SQL_UNSUPPORTED'],
    ['SELECT a FROM t LIMIT -1', 'HW_SQL_ARGUMENTS'],
    ['SELECT FROM WHERE', 'HW_SQL_SYNTAX'],
  ])('refuses as PostgreSQL does: %s', async (sql, code) => {
    const session = await sessionOf([{ id: 0, a: 1, b: 2, s: 'x', u: 'y', f: true, g: false }]);
    await expect(client.query(sql)).rejects.toThrow();
    const thrown: unknown = await Promise.resolve()
      .then(() => session.sql(sql).toRows())
      .catch((reason: unknown) => reason);
    expect(isError(thrown, code as 'HW_SQL_SYNTAX'), String(thrown)).toBe(true);
    if (code !== 'HW_SQL_SYNTAX') expect(String(thrown)).toMatch(/line 1, column \d+/);
  });
});

/** Numbers to nine digits, since exp, ln and sums of squares differ in the last ones; counts, which PostgreSQL's client gives as text, as numbers. */
function rounded(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === 'number') return [name, Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(9))];
      return [name, typeof value === 'string' && value !== '' && String(Number(value)) === value ? Number(value) : value];
    }),
  );
}
