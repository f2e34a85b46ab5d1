import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { error, reasonOf } from '../../errors.js';
import { batchOfRows, type Row } from './batch.js';
import { Dataset } from './dataset.js';
import { writeLines } from './plain-value.js';

const ROWS_PER_BATCH = 1024;

/** A CSV file (RFC 4180) with a header line, read anew at every use. Fields that are numbers become numbers, empty ones null. Throws HW_DATA_FILE. */
export async function readCsv(path: string, { delimiter = ',' } = {}): Promise<Dataset> {
  let columns: string[] = [];
  for await (const fields of recordsIn(path, delimiter)) {
    columns = fields;
    break;
  }
  return Dataset.fromBatches(columns, async function* () {
    let rows: Row[] = [];
    let header = true;
    for await (const fields of recordsIn(path, delimiter)) {
      if (header) {
        header = false;
        continue;
      }
      rows.push(Object.fromEntries(columns.map((name, at) => [name, valueOf(fields[at] ?? '')])));
      if (rows.length < ROWS_PER_BATCH) continue;
      yield batchOfRows(rows, columns);
      rows = [];
    }
    if (rows.length > 0) yield batchOfRows(rows, columns);
  });
}

/** A header line and one line a row; vectors and lists stand as JSON. The file appears whole or not at all. */
export async function writeCsv(dataset: Dataset, path: string): Promise<void> {
  await writeLines(path, async function* () {
    yield `${dataset.columns.map(field).join(',')}\n`;
    for await (const row of dataset.rows()) yield `${dataset.columns.map((name) => field(row[name])).join(',')}\n`;
  });
}

async function* recordsIn(path: string, delimiter: string): AsyncGenerator<string[]> {
  try {
    const parser = parse({ delimiter, bom: true });
    createReadStream(path)
      .on('error', (thrown) => parser.destroy(thrown))
      .pipe(parser);
    yield* parser as AsyncIterable<string[]>;
  } catch (thrown) {
    throw error('HW_DATA_FILE', { path, place: 'its records', problem: reasonOf(thrown) }, thrown);
  }
}

function valueOf(text: string): string | number | null {
  if (text === '') return null;
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}

function field(value: unknown): string {
  if (value === null || value === undefined) return '';
  const plain = ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
