import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fromArrow, toArrow, toArrowBytes } from '../../src/ml/dataset/arrow.js';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { readCsv, writeCsv } from '../../src/ml/dataset/csv.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { SparseVector } from '../../src/ml/feature/sparse-vector.js';
import { readJsonl, writeJsonl } from '../../src/ml/dataset/jsonl.js';
import { readParquet, writeParquet } from '../../src/ml/dataset/parquet.js';

const directory = await mkdtemp(join(tmpdir(), 'dataset-'));
afterAll(() => rm(directory, { recursive: true }));
const place = (name: string) => join(directory, name);

const table = Dataset.fromRows([
  { name: 'Ada, "the first"', score: 3.5, right: true, note: null },
  { name: 'Bo\nBo', score: -1, right: false, note: 'late' },
  { name: 'Çelik 東京', score: 1e-9, right: true, note: 'é' },
]);
const vectors = Dataset.fromColumns({ label: ['a', 'b'], x: new VectorColumn(Float64Array.of(1, 2.5, -3, 4), 2) });

it('writes and reads JSON Lines, with vectors as lists', async () => {
  await writeJsonl(table, place('t.jsonl'));
  expect(await (await readJsonl(place('t.jsonl'))).toRows()).toEqual(await table.toRows());
  await writeJsonl(vectors, place('v.jsonl'));
  expect(await readFile(place('v.jsonl'), 'utf8')).toBe('{"label":"a","x":[1,2.5]}\n{"label":"b","x":[-3,4]}\n');
  await writeFile(place('bad.jsonl'), '{"a":1}\n{oops\n');
  await expect(readJsonl(place('bad.jsonl'))).rejects.toThrow('line 2');
});

it('writes and reads CSV with quotes, line breaks and empty fields', async () => {
  const flat = table.drop('right');
  await writeCsv(flat, place('t.csv'));
  expect(await (await readCsv(place('t.csv'))).toRows()).toEqual(await flat.toRows());
  await expect(readCsv(place('none.csv'))).rejects.toThrow(expect.objectContaining({ code: 'HW_DATA_FILE' }));
});

it('writes and reads Parquet, with vectors as vectors', async () => {
  await writeParquet(table, place('t.parquet'));
  expect(await (await readParquet(place('t.parquet'))).toRows()).toEqual(await table.toRows());
  await writeParquet(vectors, place('v.parquet'));
  expect(await (await readParquet(place('v.parquet'))).collect()).toEqual(await vectors.collect());
  await writeFile(place('bad.parquet'), 'nothing of the kind');
  await expect(readParquet(place('bad.parquet'))).rejects.toThrow(expect.objectContaining({ code: 'HW_DATA_FILE' }));
});

it('gives and takes Arrow tables and their bytes', async () => {
  expect(await fromArrow(await toArrow(table)).toRows()).toEqual(await table.toRows());
  expect(await fromArrow(await toArrowBytes(vectors)).collect()).toEqual(await vectors.collect());
});

const picture = (fill: number) => ({
  origin: 'file:///a.png',
  height: 2,
  width: 2,
  nChannels: 3,
  mode: 16,
  data: Uint8Array.from({ length: 12 }, (_, at) => (at * fill) % 256),
});
const rich = Dataset.fromRows([
  {
    id: 1,
    image: picture(200),
    sparse: new SparseVector(5, Int32Array.of(1, 3), Float64Array.of(2, -1)),
    x: Float64Array.of(1, 2),
    none: null,
  },
  { id: 2, image: null, sparse: null, x: null, none: null },
  { id: 3, image: picture(7), sparse: new SparseVector(5, Int32Array.of(), Float64Array.of()), x: Float64Array.of(3, 4), none: null },
]);
const deep = Dataset.fromRows([
  { tags: ['a', 'b'], at: { camera: 'c', box: Float64Array.of(1, 2) } },
  { tags: [], at: null },
]);

it.each([
  ['JSON Lines', writeJsonl, readJsonl],
  ['CSV', writeCsv, readCsv],
  ['Parquet', writeParquet, readParquet],
  [
    'Arrow',
    async (data: Dataset, path: string) => writeFile(path, await toArrowBytes(data)),
    async (path: string) => fromArrow(await readFile(path)),
  ],
] as const)('brings pictures, sparse vectors and nulls back from %s', async (name, write, read) => {
  const path = place(`rich ${name}`);
  await write(rich, path);
  expect(await (await read(path)).toRows()).toEqual(await rich.toRows());
  if (name === 'CSV') return;
  await write(deep, path);
  expect(await (await read(path)).toRows()).toEqual(await deep.toRows());
  await write(rich.limit(0), path);
  if (name !== 'JSON Lines') expect((await read(path)).columns).toEqual(rich.columns);
  expect(await (await read(path)).count()).toBe(0);
});

it('keeps bytes, and NaN, in Parquet and Arrow', async () => {
  const data = Dataset.fromRows([
    { bytes: Uint8Array.of(0, 255), n: NaN },
    { bytes: null, n: 1 },
  ]);
  await writeParquet(data, place('bytes.parquet'));
  expect(await (await readParquet(place('bytes.parquet'))).toRows()).toEqual(await data.toRows());
  expect(await fromArrow(await toArrowBytes(data)).toRows()).toEqual(await data.toRows());
});

it('tells an empty text from none, and NaN from a word, in CSV', async () => {
  const data = Dataset.fromRows([
    { a: '', b: null, c: NaN },
    { a: '[no list', b: null, c: -0.5 },
  ]);
  await writeCsv(data, place('odd.csv'));
  expect(await readFile(place('odd.csv'), 'utf8')).toBe('a,b,c\n"",,NaN\n[no list,,-0.5\n');
  expect(await (await readCsv(place('odd.csv'))).toRows()).toEqual(await data.toRows());
});

it('finds the columns of all rows of JSON Lines, and refuses lines that are no objects', async () => {
  await writeFile(place('loose.jsonl'), '{"a":1}\n\n{"b":"x","a":null}\n');
  expect(await (await readJsonl(place('loose.jsonl'))).toRows()).toEqual([
    { a: 1, b: null },
    { a: null, b: 'x' },
  ]);
  expect(await (await readJsonl(place('loose.jsonl'), { columns: ['b'] })).toRows()).toEqual([{ b: null }, { b: 'x' }]);
  const known = await readJsonl(place('loose.jsonl'));
  await rm(place('loose.jsonl'));
  expect(await known.count()).toBe(2);
  await writeFile(place('list.jsonl'), '[1]\n');
  await expect(readJsonl(place('list.jsonl'))).rejects.toThrow('line 1: it is no JSON object');
});

it("knows Spark's vectors by their fields", async () => {
  await writeFile(
    place('spark.jsonl'),
    '{"v":{"type":1,"size":null,"indices":null,"values":[1,2]}}\n{"v":{"type":0,"size":3,"indices":[1],"values":[4]}}\n',
  );
  expect(await (await readJsonl(place('spark.jsonl'))).toRows()).toEqual([
    { v: Float64Array.of(1, 2) },
    { v: new SparseVector(3, Int32Array.of(1), Float64Array.of(4)) },
  ]);
});

it('says which column Arrow cannot hold', async () => {
  await expect(toArrow(Dataset.fromRows([{ mixed: 1 }, { mixed: 'a' }]))).rejects.toThrow('column mixed cannot be written');
});
