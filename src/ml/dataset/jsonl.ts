import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { error, reasonOf } from '../../errors.js';
import { batchOfRows, type Batch, type Row } from './batch.js';
import { Dataset } from './dataset.js';
import { jsonValue, storedValue, writeLines } from './plain-value.js';

const ROWS_PER_BATCH = 1024;

/**
 * A JSON Lines file; what a row lacks is null. With `columns` it is read when the data set is, in batches, and only those columns are kept. Without, it
 * is read once, here, for the names of its columns, and its rows stay in memory. Lists of numbers become vectors; sparse vectors and pictures that
 * `writeJsonl` wrote come back. Throws HW_DATA_FILE.
 */
export async function readJsonl(path: string, { columns }: { readonly columns?: readonly string[] } = {}): Promise<Dataset> {
  if (columns !== undefined) return Dataset.fromBatches(columns, () => batchesIn(path, columns));
  const rows: Row[] = [];
  for await (const row of rowsIn(path)) rows.push(row);
  return Dataset.fromRows(rows);
}

async function* batchesIn(path: string, columns: readonly string[]): AsyncGenerator<Batch> {
  let rows: Row[] = [];
  for await (const row of rowsIn(path)) {
    rows.push(row);
    if (rows.length < ROWS_PER_BATCH) continue;
    yield batchOfRows(rows, columns);
    rows = [];
  }
  if (rows.length > 0) yield batchOfRows(rows, columns);
}

/** One JSON object a row; vectors become lists of numbers, bytes base64 (a picture's come back). The file appears whole or not at all. */
export async function writeJsonl(dataset: Dataset, path: string): Promise<void> {
  await writeLines(path, async function* () {
    for await (const row of dataset.rows()) yield `${JSON.stringify(jsonValue(row))}\n`;
  });
}

async function* rowsIn(path: string): AsyncGenerator<Row> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++;
      if (text.trim() !== '') yield rowOf(JSON.parse(text));
    }
  } catch (thrown) {
    throw error('HW_DATA_FILE', { path, place: line === 0 ? 'its lines' : `line ${line}`, problem: reasonOf(thrown) }, thrown);
  }
}

function rowOf(value: unknown): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('it is no JSON object');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, storedValue(each)]));
}
