import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema, type SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { error, reasonOf } from '../../errors.js';
import { batchOfRows, type Batch } from './batch.js';
import { valuesOf, VectorColumn, type Column } from './column.js';
import { Dataset } from './dataset.js';
import { isPicture, jsonValue, plainValue, storedValue } from './plain-value.js';

const ROWS_PER_BATCH = 4096;

/** A Parquet file (uncompressed, Snappy), read anew at every use, in slices. Lists of numbers become vectors, Spark's own vectors and pictures what they are. Throws HW_DATA_FILE. */
export async function readParquet(path: string): Promise<Dataset> {
  const { metadata } = await open(path);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  return Dataset.fromBatches(columns, async function* (): AsyncGenerator<Batch> {
    const { file, metadata: now } = await open(path);
    const end = Number(now.num_rows);
    for (let start = 0; start < end; start += ROWS_PER_BATCH) {
      const slice = { file, metadata: now, rowStart: start, rowEnd: Math.min(end, start + ROWS_PER_BATCH), utf8: false };
      const rows = await parquetReadObjects(slice);
      yield batchOfRows(
        rows.map((row) => Object.fromEntries(columns.map((name) => [name, storedValue(row[name])]))),
        columns,
      );
    }
  });
}

/** Numbers as DOUBLE, vectors as LIST of FLOAT or DOUBLE, strings, booleans, bytes, pictures as Spark's struct; anything else as JSON. The file appears whole or not at all. */
export async function writeParquet(dataset: Dataset, path: string): Promise<void> {
  const { columns } = await dataset.collect();
  await mkdir(dirname(path), { recursive: true });
  const filename = `${path}.${String(process.pid)}.tmp`;
  const fields = Object.entries(columns).map(([name, column]) => ({ name, ...typed(column) }));
  const root: SchemaElement = { name: 'root', num_children: fields.length };
  try {
    parquetWriteFile({
      filename,
      schema: [root, ...fields.flatMap(({ name, elements }) => elements.map((element, at) => (at === 0 ? { ...element, name } : element)))],
      columnData: fields.map(({ name, data }) => ({ name, data })),
    });
    await rename(filename, path);
  } finally {
    await rm(filename, { force: true });
  }
}

async function open(path: string) {
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (thrown) {
    throw error('HW_DATA_FILE', { path, place: 'its footer', problem: reasonOf(thrown) }, thrown);
  }
}

type Element = Omit<SchemaElement, 'name'> & { name: string };

/** The first element stands for the column; its name is filled in. */
function typed(column: Column): { elements: Element[]; data: unknown[] } {
  const leaf = (type: SchemaElement['type'], more: Partial<SchemaElement> = {}): Element => ({
    name: 'element',
    type: type!,
    repetition_type: 'OPTIONAL',
    ...more,
  });
  if (column instanceof VectorColumn) {
    const list: Element = { name: '', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' };
    const repeated: Element = { name: 'list', repetition_type: 'REPEATED', num_children: 1 };
    const number = leaf(column.data instanceof Float32Array ? 'FLOAT' : 'DOUBLE');
    return { elements: [list, repeated, number], data: valuesOf(column).map(plainValue) };
  }
  const values = valuesOf(column).map((value) => value ?? null);
  const all = (holds: (value: unknown) => boolean) => values.every((value) => value === null || holds(value));
  if (all((value) => typeof value === 'number')) return { elements: [leaf('DOUBLE')], data: values };
  if (all((value) => typeof value === 'boolean')) return { elements: [leaf('BOOLEAN')], data: values };
  if (all((value) => typeof value === 'string')) return { elements: [leaf('BYTE_ARRAY', { converted_type: 'UTF8' })], data: values };
  if (all((value) => value instanceof Uint8Array)) return { elements: [leaf('BYTE_ARRAY')], data: values };
  if (all(isPicture)) {
    const group: Element = { name: '', repetition_type: 'OPTIONAL', num_children: pictureFields.length };
    return { elements: [group, ...pictureFields.map(([name, type, more = {}]) => ({ ...leaf(type, more), name }))], data: values };
  }
  return { elements: [leaf('BYTE_ARRAY', { converted_type: 'JSON' })], data: values.map(jsonValue) };
}

/** Spark's image struct, as Spark itself writes it. */
const pictureFields: readonly (readonly [name: string, type: SchemaElement['type'], more?: Partial<SchemaElement>])[] = [
  ['origin', 'BYTE_ARRAY', { converted_type: 'UTF8' }],
  ['height', 'INT32'],
  ['width', 'INT32'],
  ['nChannels', 'INT32'],
  ['mode', 'INT32'],
  ['data', 'BYTE_ARRAY'],
];
