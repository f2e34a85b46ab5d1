import { describe, expect, it } from 'vitest';

import { Dataset, SparseVector, SqlSession, VectorColumn, type Row } from '../../src/index.js';

const frames = [
  { id: 1, capturedAt: 1000, label: 'clear', image: { height: 10, nChannels: 3 }, features: Float32Array.of(1, 2) },
  { id: 2, capturedAt: 2000, label: 'occupied', image: { height: 20, nChannels: 1 }, features: Float32Array.of(3, 4) },
  { id: 3, capturedAt: 3000, label: null, image: null, features: Float32Array.of(5, 6) },
];

function sessionOf(rows: readonly Row[] = frames): SqlSession {
  const session = new SqlSession();
  session.registerTable('frames', Dataset.fromRows(rows));
  return session;
}

const ask = (text: string, parameters?: readonly unknown[], session = sessionOf()) => session.sql(text, parameters).toRows();

describe('names', () => {
  it('are matched without regard to case and keep their spelling', async () => {
    expect(await ask('SELECT CapturedAT, "capturedAt" + 1 AS theNext, FRAMES.Image.NCHANNELS FROM Frames WHERE id = 1')).toEqual([
      { capturedAt: 1000, theNext: 1001, NCHANNELS: 3 },
    ]);
  });

  it('of columns that only case tells apart are matched exactly, or not at all', async () => {
    const session = sessionOf([{ a: 1, A: 2 }]);
    expect(await ask('SELECT "a" AS x, "A" AS y FROM frames', [], session)).toEqual([{ x: 1, y: 2 }]);
    session.registerTable('frames', Dataset.fromRows([{ aB: 1, Ab: 2 }]));
    expect(() => session.sql('SELECT ab FROM frames')).toThrow(/column ab \(line 1, column 8\) may be any of frames.aB, frames.Ab/);
  });

  it('of columns without AS are the field, or the text', () => {
    expect(
      sessionOf().sql("SELECT id, image.height, image->'height', (id + 1) * 2, count(*) FROM frames GROUP BY 1, 2, 3").columns,
    ).toEqual(['id', 'height', "image->'height'", '(id + 1) * 2', 'count(*)']);
    expect(() => sessionOf().sql('SELECT id, image.height, id FROM frames')).toThrow(/two columns named id/);
  });
});

describe('parameters', () => {
  it('are values, never SQL', async () => {
    expect(await ask("SELECT id FROM frames WHERE label = $1 OR label = 'none'", ["' OR TRUE --"])).toEqual([]);
    expect(await ask('SELECT $1 AS x FROM frames LIMIT $2', ['"; DROP TABLE frames', 1])).toEqual([{ x: '"; DROP TABLE frames' }]);
  });

  it('may be null, lists, vectors and times, and must be given', async () => {
    expect(await ask('SELECT id FROM frames WHERE id = ANY($1) AND $2 IS NULL', [[1, 3], null])).toEqual([{ id: 1 }, { id: 3 }]);
    expect(await ask('SELECT dot(features, $1) AS d FROM frames LIMIT 1', [Float64Array.of(1, 10)])).toEqual([{ d: 21 }]);
    expect(await ask('SELECT id FROM frames WHERE capturedAt > $1', [new Date(2500)])).toEqual([{ id: 3 }]);
    expect(() => sessionOf().sql('SELECT $2 AS x', [1])).toThrow(/\$2 \(line 1, column 8\) has no value, 1 were given/);
  });
});

describe('values', () => {
  it('of structs are read by field; a field that is not there is an error, or null by ->', async () => {
    expect(await ask("SELECT image.height AS h, image->'weight' AS w FROM frames")).toEqual([
      { h: 10, w: null },
      { h: 20, w: null },
      { h: null, w: null },
    ]);
    await expect(ask('SELECT image.weight FROM frames')).rejects.toThrow(
      /no field weight \(line 1, column 8\). Use one of: height, nChannels/,
    );
  });

  it('of vectors, sparse ones too, are read by place from 1, and go through as they are', async () => {
    const sparse = new SparseVector(3, Int32Array.of(1), Float64Array.of(7));
    const session = sessionOf([{ v: Float64Array.of(1, 2, 3) }, { v: sparse }]);
    expect(await ask('SELECT v[2] AS x, array_max(v) AS y, cardinality(v) AS n FROM frames', [], session)).toEqual([
      { x: 2, y: 3, n: 3 },
      { x: 7, y: 7, n: 3 },
    ]);
    const columns = { v: new VectorColumn(Float32Array.of(1, 2, 3, 4), 2) };
    session.registerTable('matrix', Dataset.fromColumns(columns));
    expect((await session.sql('SELECT v FROM matrix').column('v')) as VectorColumn).toMatchObject({ width: 2, data: columns.v.data });
  });

  it('of text are matched with LIKE in no time, however hostile', async () => {
    const text = 'a'.repeat(20_000);
    const session = sessionOf([{ text }]);
    const query = 'SELECT text LIKE $1 AS x, text LIKE $2 AS y FROM frames';
    expect(await ask(query, ['%a%a%a%a%a%a%a%a%b', '%a%a%a_%'], session)).toEqual([{ x: false, y: true }]);
  });

  it('that are bigints or dates count as numbers', async () => {
    const session = sessionOf([{ n: 3n, at: new Date(5000) }]);
    expect(await ask('SELECT n + 1 AS n, at - 1000 AS before, n > 2 AS more FROM frames WHERE at = 5000', [], session)).toEqual([
      { n: 4, before: 4000, more: true },
    ]);
  });
});

describe('queries', () => {
  it('may be named, nested and put one after the other', async () => {
    expect(
      await ask(`
        WITH known AS (SELECT id, label FROM frames WHERE label IS NOT NULL)
        SELECT k.id * 10 AS x FROM (SELECT id FROM known) AS k
        UNION ALL SELECT count(*) FROM frames`),
    ).toEqual([{ x: 10 }, { x: 20 }, { x: 3 }]);
  });

  it('join tables by equality, and keep what has no partner where they are told to', async () => {
    const session = sessionOf();
    session.registerTable('names', Dataset.fromRows([{ label: 'clear', text: 'free' }]));
    const join = (kind: string) => `SELECT id, n.text FROM frames f ${kind} names n ON f.label = n.label AND f.id < 9 ORDER BY id`;
    expect(await ask(join('JOIN'), [], session)).toEqual([{ id: 1, text: 'free' }]);
    expect(await ask(join('LEFT JOIN'), [], session)).toEqual([
      { id: 1, text: 'free' },
      { id: 2, text: null },
      { id: 3, text: null },
    ]);
  });

  it('replace a table that is registered again, and see rows that came since', async () => {
    const rows = [{ x: 1 }];
    const session = new SqlSession();
    session.registerTable('t', Dataset.fromRows([{ x: 0 }]));
    session.registerTable('T', Dataset.fromRows(rows));
    const query = session.sql('SELECT sum(x) AS s FROM t');
    expect(await query.toRows()).toEqual([{ s: 1 }]);
    rows.push({ x: 5 });
    expect(await query.toRows()).toEqual([{ s: 6 }]);
  });

  it('without rows give their columns all the same', async () => {
    expect(sessionOf().sql('SELECT * FROM frames WHERE FALSE').columns).toEqual(['id', 'capturedAt', 'label', 'image', 'features']);
    expect(await ask('SELECT count(*) AS n, max(id) AS m FROM frames WHERE FALSE')).toEqual([{ n: 0, m: null }]);
    expect(await ask('SELECT label FROM frames WHERE FALSE GROUP BY label')).toEqual([]);
  });
});

it.each([
  ['SELECT a FROM', /no SQL at its end/],
  ['SELECT id\nFROM frames\nWHERE id ~~~ 3', /no SQL at line 3/],
  ['DELETE FROM frames', /DELETE at line 1, column 1 is not supported. Rather write a SELECT/],
  ['SELECT 1; SELECT 2', /a second statement at line 1, column 11/],
  ['SELECT 1e3', /the number 1e3 at line 1, column 8/],
  ['SELECT id FROM frames, frames f', /a second table after a comma/],
  ['SELECT f.id FROM frames f JOIN frames g ON f.id < g.id', /a JOIN without an equality at line 1/],
  ['SELECT f.id FROM frames f RIGHT JOIN frames g ON f.id = g.id', /RIGHT JOIN at line 1/],
  ['SELECT id FROM frames WHERE id IN (SELECT id FROM frames)', /IN \(SELECT ...\) at line 1/],
  ['SELECT id FROM frames WHERE EXISTS (SELECT 1)', /EXISTS at line 1/],
  ['SELECT sum(id) OVER () FROM frames', /OVER at line 1/],
  ['SELECT CAST(id AS json) FROM frames', /CAST AS json at line 1/],
  ['SELECT id FROM frames UNION SELECT id FROM frames', /is not supported|UNION/],
  ['', /there is no query|Unexpected/],
])('refuses %s', (text, message) => {
  expect(() => sessionOf().sql(text)).toThrow(message);
});
