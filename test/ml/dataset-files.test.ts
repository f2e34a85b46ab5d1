import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fromArrow, toArrow, toArrowBytes } from '../../src/ml/dataset/arrow.js';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { readCsv, writeCsv } from '../../src/ml/dataset/csv.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
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
  await expect((await readJsonl(place('bad.jsonl'))).count()).rejects.toThrow('line 2');
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
