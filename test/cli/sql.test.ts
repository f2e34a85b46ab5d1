import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { LocalLog, Normalizer } from '../../src/index.js';
import { headwater as runHeadwater } from './headwater.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-sql-'));
  const log = LocalLog.open(join(folder, 'log'));
  await log.createTopics([{ name: 'my-predictions', partitions: 2 }]);
  await log.append(
    Array.from({ length: 30 }, (_, n) => ({
      topic: 'my-predictions',
      partition: n % 2,
      key: Buffer.from(n % 2 === 0 ? 'gate/lane' : 'gate/pavement'),
      timestamp: 1000 * n,
      value: Buffer.from(JSON.stringify({ label: n % 3 === 0 ? 'occupied' : 'clear', features: [3, 4], n, ...(n > 10 && { late: true }) })),
    })),
  );
  await log.close();
});
afterAll(() => rm(folder, { recursive: true }));

const headwater = (...argv: string[]) => runHeadwater(...argv, '--log', join(folder, 'log'));

it('prints the answer as a table', async () => {
  const query = `SELECT label, count(*) AS n, max(timestamp) AS newest FROM "my-predictions" GROUP BY label ORDER BY label`;
  expect(await headwater('sql', query)).toEqual({
    code: 0,
    out: 'label      n  newest\nclear     20   29000\noccupied  10   27000\n',
    err: '',
  });
});

it('prints all rows as JSON lines, what a record lacks as null', async () => {
  const query = `SELECT key, "offset" >= 0 AS there, n, late FROM "my-predictions" WHERE n IN (2, 29) ORDER BY n`;
  const { code, out } = await headwater('sql', query, '--json');
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { key: 'gate/lane', there: true, n: 2, late: null },
    { key: 'gate/pavement', there: true, n: 29, late: true },
  ]);
});

it('prints so many rows, and says that there are more', async () => {
  const { out, err } = await headwater('sql', 'SELECT n FROM "my-predictions" ORDER BY n', '--limit', '2');
  expect([out, err]).toEqual(['n\n0\n1\n', 'only the first 2 rows; --limit prints more\n']);
});

it('reads the last records of each partition where it is told to', async () => {
  const { out } = await headwater(
    'sql',
    'SELECT key, count(*) AS n, min(n) AS first FROM "my-predictions" GROUP BY key ORDER BY key',
    '--last',
    '4',
  );
  expect(out).toBe('key            n  first\ngate/lane      4     22\ngate/pavement  4     23\n');
});

it('asks a saved stage', async () => {
  await new Normalizer({ inputCol: 'features', outputCol: 'unit' }).save(join(folder, 'unit'));
  const query = 'SELECT unit(features)[1] AS x FROM "my-predictions" LIMIT 1';
  expect((await headwater('sql', query, '--function', `unit=${join(folder, 'unit')}`)).out).toBe('  x\n0.6\n');
});

it('says in one sentence what is wrong with a query', async () => {
  expect(await headwater('sql', 'SELECT x FROM nowhere')).toMatchObject({
    code: 1,
    err: expect.stringContaining('topic nowhere does not exist') as string,
  });
  expect(await headwater('sql', 'SELECT FROM')).toMatchObject({ code: 1, err: expect.stringContaining('the query is no SQL') as string });
  expect(await headwater('sql', 'SELECT 1', '--function', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Expected NAME=FILE') as string,
  });
});
