import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { error, reasonOf } from '../../errors.js';
import { batchOfRows, type Row } from './batch.js';
import { Dataset } from './dataset.js';
import { jsonValue, storedValue, writeLines } from './plain-value.js';

const ROWS_PER_BATCH = 1024;

/**
 * A JSON Lines file, read anew at every use, with the columns of all its rows (it is read once for them); what a row lacks is null. Lists of
 * numbers become vectors; sparse vectors and pictures that `writeJsonl` wrote come back. Throws HW_DATA_FILE.
 */
export async function readJsonl(path: string): Promise<Dataset> {
  const names = new Set<string>();
  for await (const row of rowsIn(path)) for (const name of Object.keys(row)) names.add(name);
  const columns = [...names];
  return Dataset.fromBatches(columns, async function* () {
    let rows: Row[] = [];
    for await (const row of rowsIn(path)) {
      rows.push(row);
      if (rows.length < ROWS_PER_BATCH) continue;
      yield batchOfRows(rows, columns);
      rows = [];
    }
    if (rows.length > 0) yield batchOfRows(rows, columns);
  });
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
