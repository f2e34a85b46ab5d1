import { error } from '../errors.js';
import type { Expression } from './expression.js';

/** A table of FROM: its name there, and its columns; any name is a column where `columns` is undefined (a stream's records). */
export interface Source {
  readonly alias: string;
  readonly columns: readonly string[] | undefined;
}

/** The columns that a query sees. Names are matched exactly, else without regard to case, as in Spark SQL. */
export class Scope {
  constructor(readonly sources: readonly Source[]) {}

  /** The column, or undefined where there is none. Throws HW_SQL_COLUMN_AMBIGUOUS. */
  find(name: string, table: string | undefined, place: string): Expression | undefined {
    const sources = this.sources.filter(({ alias }) => table === undefined || sameName(alias, table));
    const exact = sources.flatMap((source) => matches(source, (column) => column === name, name));
    const found = exact.length > 0 ? exact : sources.flatMap((source) => matches(source, (column) => sameName(column, name), name));
    if (found.length > 1)
      throw error('HW_SQL_COLUMN_AMBIGUOUS', {
        column: name,
        place,
        candidates: found.map(({ alias, column }) => `${alias}.${column}`).join(', '),
      });
    return found[0] && columnOf(found[0].alias, found[0].column, place);
  }

  /** All columns, of one table or of all. */
  all(table: string | undefined, place: string): Expression[] {
    return this.sources
      .filter(({ alias }) => table === undefined || sameName(alias, table))
      .flatMap(({ alias, columns = [] }) => columns.map((column) => columnOf(alias, column, place)));
  }

  /** All column names, for messages. */
  get names(): string {
    return this.sources.flatMap(({ columns = [] }) => columns).join(', ') || 'none';
  }
}

/** Names of tables, topics among them. */
export const tableName = /^[\p{L}\p{N}_$.-]+$/u;

/** The name of the column that holds a table's column while a query runs. */
export function columnKey(alias: string, column: string): string {
  return `${alias}.${column}`;
}

function columnOf(alias: string, name: string, place: string): Expression {
  return { kind: 'column', key: columnKey(alias, name), name, place, children: [] };
}

function matches({ alias, columns }: Source, isMatch: (column: string) => boolean, name: string): { alias: string; column: string }[] {
  if (columns === undefined) return [{ alias, column: name }];
  return columns.filter(isMatch).map((column) => ({ alias, column }));
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
