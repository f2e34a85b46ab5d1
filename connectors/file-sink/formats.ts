import type { Schema } from 'headwater/connect';
import type { BasicType, ColumnSource } from 'hyparquet-writer';
import { toJson, type Row } from './rows.js';

/** Makes the whole content of a file of its rows. */
export interface FileFormat {
  readonly extension: string;
  encode(rows: readonly Row[], schemas: ReadonlyMap<string, Schema> | undefined): Promise<Uint8Array>;
}

export const formats: Readonly<Record<string, FileFormat>> = {
  jsonl: { extension: 'jsonl', encode: (rows) => Promise.resolve(Buffer.from(rows.map((row) => `${toJson(row)}\n`).join(''))) },
  csv: {
    extension: 'csv',
    encode: (rows) => {
      const names = columnNames(rows);
      const lines = [names, ...rows.map((row) => names.map((name) => row[name]))].map((cells) => cells.map(csvCell).join(','));
      return Promise.resolve(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
    },
  },
  parquet: {
    extension: 'parquet',
    async encode(rows, schemas) {
      const { parquetWriteBuffer } = await import('hyparquet-writer');
      const columnData = columnNames(rows).map((name) => column(name, rows, schemas?.get(name)));
      return new Uint8Array(parquetWriteBuffer({ columnData }));
    },
  },
};

function columnNames(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** RFC 4180. */
function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : toJson(value).replace(/^"(.*)"$/s, '$1');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const PARQUET: Readonly<Record<string, BasicType>> = {
  INT8: 'INT32',
  INT16: 'INT32',
  INT32: 'INT32',
  INT64: 'INT64',
  FLOAT32: 'FLOAT',
  FLOAT64: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  STRING: 'STRING',
  BYTES: 'BYTE_ARRAY',
};

function column(name: string, rows: readonly Row[], schema: Schema | undefined): ColumnSource {
  const cells = rows.map((row) => row[name] ?? null);
  const type = name.startsWith('_') || !schema ? guess(cells) : parquetType(schema);
  return { name, type, data: cells.map((cell) => (cell === null ? null : parquetCell(cell, type))) };
}

function parquetType(schema: Schema): BasicType {
  if (/\.(Timestamp|Date|Time)$/.test(schema.name ?? '')) return 'TIMESTAMP';
  if (schema.name?.endsWith('.Decimal')) return 'STRING';
  return PARQUET[schema.type] ?? 'JSON';
}

function guess(cells: readonly unknown[]): BasicType {
  const present = cells.filter((cell) => cell !== null);
  const all = (test: (cell: unknown) => boolean): boolean => present.length > 0 && present.every(test);
  if (all((cell) => typeof cell === 'boolean')) return 'BOOLEAN';
  if (all((cell) => typeof cell === 'bigint' || Number.isSafeInteger(cell))) return 'INT64';
  if (all((cell) => typeof cell === 'number')) return 'DOUBLE';
  if (all((cell) => cell instanceof Date)) return 'TIMESTAMP';
  if (all((cell) => cell instanceof Uint8Array)) return 'BYTE_ARRAY';
  return present.length === 0 || all((cell) => typeof cell === 'string') ? 'STRING' : 'JSON';
}

function parquetCell(cell: unknown, type: BasicType): unknown {
  if (type === 'INT64') return BigInt(cell as number | bigint);
  if (type === 'STRING') return typeof cell === 'string' ? cell : String(cell);
  if (type === 'JSON') return JSON.parse(toJson(cell)) as unknown;
  return cell;
}
