import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { error, reasonOf } from '../../errors.js';
import { batchOfRows, type Row } from './batch.js';
import { Dataset } from './dataset.js';
import { jsonValue, storedValue, writeLines } from './plain-value.js';

const ROWS_PER_BATCH = 1024;

/**
 * A CSV file (RFC 4180) with a header line, read anew at every use. Fields that are numbers (NaN too) become numbers, lists of numbers in JSON
 * vectors, empty ones null unless they are quoted; everything else is text, `true` too. Throws HW_DATA_FILE.
 */
export async function readCsv(path: string, { delimiter = ',' } = {}): Promise<Dataset> {
  let columns: string[] = [];
  for await (const fields of recordsIn(path, delimiter)) {
    columns = fields.map((name) => name ?? '');
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
      rows.push(Object.fromEntries(columns.map((name, at) => [name, valueOf(fields[at] ?? null)])));
      if (rows.length < ROWS_PER_BATCH) continue;
      yield batchOfRows(rows, columns);
      rows = [];
    }
    if (rows.length > 0) yield batchOfRows(rows, columns);
  });
}

/** A header line and one line a row; null is an empty field, an empty text `""`; vectors, lists and pictures stand as JSON. The file appears whole or not at all. */
export async function writeCsv(dataset: Dataset, path: string): Promise<void> {
  await writeLines(path, async function* () {
    yield `${dataset.columns.map(field).join(',')}\n`;
    for await (const row of dataset.rows()) yield `${dataset.columns.map((name) => field(row[name])).join(',')}\n`;
  });
}

async function* recordsIn(path: string, delimiter: string): AsyncGenerator<(string | null)[]> {
  try {
    const parser = parse({ delimiter, bom: true, cast: (text, { quoting }) => (text === '' && !quoting ? null : text) });
    createReadStream(path)
      .on('error', (thrown) => parser.destroy(thrown))
      .pipe(parser);
    yield* parser as AsyncIterable<(string | null)[]>;
  } catch (thrown) {
    throw error('HW_DATA_FILE', { path, place: 'its records', problem: reasonOf(thrown) }, thrown);
  }
}

function valueOf(text: string | null): unknown {
  if (text === null || text.trim() === '') return text;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  if (text === 'NaN') return NaN;
  return text.startsWith('[') || text.startsWith('{') ? fromJson(text) : text;
}

/** A vector, a sparse one or a picture that was written as JSON; any other text is text. */
function fromJson(text: string): unknown {
  try {
    const value = storedValue(JSON.parse(text));
    return typeof value === 'object' && !Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}

function field(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value === '') return '""';
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(jsonValue(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
