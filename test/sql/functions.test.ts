import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { Dataset, SqlSession } from '../../src/index.js';
import { signature } from '../../src/sql/functions/function-spec.js';
import { aggregateFunctions, functionGroups, functions } from '../../src/sql/functions/index.js';

const session = new SqlSession();

describe('an example of a function', () => {
  const examples = [...functions.values()].flatMap(({ examples: all }) => all);
  it.each(examples)('%s', async (sql, value) => {
    const [row] = await session.sql(`SELECT ${sql} AS value`).toRows();
    expect(row).toEqual({ value });
  });
});

describe('an example of an aggregate', () => {
  const examples = [...aggregateFunctions.values()].flatMap(({ name, examples: all }) =>
    all.map(([rows, value]) => ({ name, rows, value })),
  );
  it.each(examples)('$name of $rows', async ({ name, rows, value }) => {
    session.registerTable(
      't',
      Dataset.fromRows(
        rows.map((x) => ({ x })),
        ['x'],
      ),
    );
    expect(await session.sql(`SELECT ${name}(x) AS value FROM t`).toRows()).toEqual([
      { value: typeof value === 'number' ? (expect.closeTo(value, 12) as number) : value },
    ]);
  });
});

it('gives every function an example, and null for a null argument unless it says so', async () => {
  for (const { name, args, nulls, examples } of functions.values()) {
    expect(examples.length, name).toBeGreaterThan(0);
    if (nulls === 'seen') continue;
    const nothing = Object.values(args).filter((kind) => !kind.endsWith('?'));
    const [row] = await session.sql(`SELECT ${name}(${nothing.map(() => 'NULL').join(', ')}) AS value`).toRows();
    expect(row, name).toEqual({ value: null });
  }
});

it('describes every function in SQL.md (npx vitest run test/sql/functions.test.ts -u writes it)', async () => {
  const page = readFileSync(new URL('../../SQL.md', import.meta.url), 'utf8');
  const [before, after] = [/^[^]*?<!-- functions:.*-->\n/.exec(page)![0], /<!-- end of functions -->[^]*$/.exec(page)![0]];
  await expect(`${before}\n${tables()}\n${after}`).toMatchFileSnapshot('../../SQL.md');
});

function tables(): string {
  const groups = Object.entries(functionGroups).map(([title, specs]) => {
    const rows = specs.map((spec) => [
      code(signature(spec)),
      spec.gives,
      spec.doc,
      spec.examples.map(([sql, value]) => example(sql, value)).join('<br>'),
    ]);
    return `### ${title}\n\n${table(['function', 'gives', 'what it does', 'examples'], rows)}`;
  });
  const aggregates = [...aggregateFunctions.values()].map(({ name, takes, gives, doc, examples }) => [
    code(`${name}(x ${takes})`),
    gives,
    doc,
    examples
      .map(([rows, value]) => `of ${code(JSON.stringify(rows).slice(1, -1) || 'no rows')}: ${code(JSON.stringify(value))}`)
      .join('<br>'),
  ]);
  const section = `### Aggregates\n\n${table(['function', 'gives', 'what it does', 'examples'], aggregates)}`;
  return `${[...groups, section].join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function example(sql: string, value: unknown): string {
  return `${code(sql)} is ${code(JSON.stringify(value))}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
