import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { error, reasonOf } from '../../errors.js';
import { batchOfRows, type Row } from './batch.js';
import { Dataset } from './dataset.js';
import { plainValue, writeLines } from './plain-value.js';

const ROWS_PER_BATCH = 1024;

/** A JSON Lines file, read anew at every use; the first row names the columns. Throws HW_DATA_FILE. */
export async function readJsonl(path: string): Promise<Dataset> {
  let columns: string[] = [];
  for await (const row of rowsIn(path)) {
    columns = Object.keys(row);
    break;
  }
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

/** One JSON object a row; vectors become lists of numbers. The file appears whole or not at all. */
export async function writeJsonl(dataset: Dataset, path: string): Promise<void> {
  await writeLines(path, async function* () {
    for await (const row of dataset.rows()) yield `${JSON.stringify(plainValue(row))}\n`;
  });
}

async function* rowsIn(path: string): AsyncGenerator<Row> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++;
      if (text.trim() !== '') yield JSON.parse(text) as Row;
    }
  } catch (thrown) {
    throw error('HW_DATA_FILE', { path, place: `line ${line}`, problem: reasonOf(thrown) }, thrown);
  }
}
