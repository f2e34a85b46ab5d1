import type { Cell } from './columns.js';

/** Rows of one table with the same columns. */
export interface RowGroup {
  readonly table: string;
  readonly columns: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A quoted name; `schema.table` keeps its dot. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

export function createTable(table: string, columns: readonly Cell[], primaryKey: readonly string[]): string {
  const lines = columns.map(({ name, type }) => `${quoted(name)} ${type}`);
  if (primaryKey.length > 0) lines.push(`PRIMARY KEY (${primaryKey.map(quoted).join(', ')})`);
  return `CREATE TABLE IF NOT EXISTS ${quoted(table)} (${lines.join(', ')})`;
}

export function addColumns(table: string, columns: readonly Cell[]): string {
  return `ALTER TABLE ${quoted(table)} ${columns.map(({ name, type }) => `ADD COLUMN IF NOT EXISTS ${quoted(name)} ${type}`).join(', ')}`;
}

/** INSERT, with a primary key as an upsert that replaces the other columns. */
export function insert({ table, columns, rows }: RowGroup, primaryKey: readonly string[]): { text: string; values: unknown[] } {
  const names = columns.map(({ name }) => name);
  const values: unknown[] = [];
  const tuples = rows.map((row) => `(${row.map(({ value }) => `$${values.push(value)}`).join(', ')})`);
  const others = names.filter((name) => !primaryKey.includes(name));
  const update =
    others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((name) => `${quoted(name)} = EXCLUDED.${quoted(name)}`).join(', ')}`;
  const conflict = primaryKey.length === 0 ? '' : ` ON CONFLICT (${primaryKey.map(quoted).join(', ')}) DO ${update}`;
  return { text: `INSERT INTO ${quoted(table)} (${names.map(quoted).join(', ')}) VALUES ${tuples.join(', ')}${conflict}`, values };
}

/** The last row of each primary key: one statement may not touch a row twice. */
export function lastOfEachKey(rows: readonly (readonly Cell[])[], primaryKey: readonly string[]): (readonly Cell[])[] {
  if (primaryKey.length === 0) return [...rows];
  const last = new Map(rows.map((row) => [JSON.stringify(primaryKey.map((name) => row.find((cell) => cell.name === name)?.value)), row]));
  return [...last.values()];
}
