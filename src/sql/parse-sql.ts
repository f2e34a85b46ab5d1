import { astVisitor, parse, type PGNode, type SelectStatement } from 'pgsql-ast-parser';
import { error, reasonOf } from '../errors.js';

/** A query's text, for what errors say and for names as they were written: the parser folds them to lower case. */
export class SqlText {
  constructor(readonly text: string) {}

  /** `line 1, column 8`. */
  place(node: PGNode | number): string {
    const offset = typeof node === 'number' ? node : (node._location?.start ?? 0);
    const before = this.text.slice(0, offset).split('\n');
    return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  }

  /** The node as it was written; parentheses that the parser leaves out of a node's place come back. */
  of(node: PGNode): string {
    let { start = 0, end = 0 } = node._location ?? {};
    const written = () => this.text.slice(start, end);
    while (closing(written()) < 0 && start > 0) start = this.text.lastIndexOf('(', start - 1);
    while (closing(written()) > 0 && this.text.includes(')', end)) end = this.text.indexOf(')', end) + 1;
    return written();
  }

  /** A name as it was written: the last word of the node that has it, when it is the same but for the case of its letters. */
  spelling(node: PGNode, name: string): string {
    const written = /[\p{L}\p{N}_$]+$/u.exec(this.of(node).trimEnd())?.[0];
    return written?.toLowerCase() === name ? written : name;
  }

  unsupported(node: PGNode | number, what: string, instead: string): Error {
    return error('HW_SQL_UNSUPPORTED', { what, place: this.place(node), instead });
  }
}

/** How many parentheses are open at the end; below 0, how many were closed that were never open. */
function closing(text: string): number {
  let open = 0;
  for (const [char] of text.replace(/'(?:[^']|'')*'|"[^"]*"/g, '').matchAll(/[()]/g)) {
    open += char === '(' ? 1 : -1;
    if (open < 0) return open;
  }
  return open;
}

const exponent = /'(?:[^']|'')*'|"[^"]*"|--.*|\/\*[\s\S]*?\*\/|[\p{L}_$][\p{L}\p{N}_$]*|(\d+(?:\.\d*)?[eE][+-]?\d+)/gu;

/** The one query in a text. Throws HW_SQL_SYNTAX with the place, HW_SQL_UNSUPPORTED for statements that are no query. */
export function parseQuery(sql: SqlText): SelectStatement {
  for (const match of sql.text.matchAll(exponent)) {
    if (match[1] !== undefined) throw sql.unsupported(match.index, `the number ${match[1]}`, 'write it without an exponent');
  }
  const statements = parsed(sql);
  const [query, second] = statements;
  if (query === undefined) throw error('HW_SQL_SYNTAX', { place: sql.place(0), problem: 'there is no query' });
  if (second !== undefined) throw sql.unsupported(second, 'a second statement', 'give one query at a time');
  if (query.type !== 'select' && query.type !== 'with' && query.type !== 'union all')
    throw sql.unsupported(query, query.type.toUpperCase(), 'write a SELECT');
  return query;
}

/** The tables that a query reads, by their names, each once; what WITH names is none. Throws what `parseQuery` throws. */
export function tablesIn(text: string): string[] {
  const query = parseQuery(new SqlText(text));
  const named = new Set<string>();
  const bound = new Set<string>();
  astVisitor((visitor) => ({
    tableRef: ({ name }) => void named.add(name),
    with: (statement) => {
      for (const { alias } of statement.bind) bound.add(alias.name);
      visitor.super().with(statement);
    },
  })).statement(query);
  return [...named].filter((name) => !bound.has(name));
}

function parsed({ text }: SqlText): ReturnType<typeof parse> {
  try {
    return parse(text, { locationTracking: true });
  } catch (thrown) {
    const { token } = thrown as { token?: { line: number; col: number; text: string } };
    const place = token === undefined ? 'its end' : `line ${token.line}, column ${token.col}`;
    const problem = token === undefined ? firstLine(reasonOf(thrown)) : `"${token.text}" was not expected here`;
    throw error('HW_SQL_SYNTAX', { place, problem });
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0]!;
}
