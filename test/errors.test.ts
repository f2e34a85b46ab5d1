import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, it } from 'vitest';

import { error, errorTable, isError } from '../src/errors.js';

it('documents every error of the table in ERRORS.md, in its order (npx vitest run test/errors.test.ts -u writes it)', async () => {
  const rows = errorTable().map(({ code, message, action }) => `| \`${code}\` | ${cell(message)} | ${cell(action)} |`);
  const page = ['# Errors', '', about, '', '| code | what happened | what to do |', '| --- | --- | --- |', ...rows, ''].join('\n');
  await expect(page).toMatchFileSnapshot('../ERRORS.md');
});

it('gives every message its details and what to do', () => {
  const thrown = error('HW_TOPIC_UNKNOWN', { topic: 'frames', log: 'LocalLog ./data' });
  expect(thrown.message).toBe(
    'topic frames does not exist in LocalLog ./data. Create it (headwater topics create frames) or check its spelling.',
  );
  expect(isError(thrown, 'HW_TOPIC_UNKNOWN')).toBe(true);
  expect(thrown.action).toMatch(/^Create it/);
});

it('ends every action as a sentence and no message as one', () => {
  for (const { code, message, action } of errorTable()) {
    expect(action, code).toMatch(/[.!]$/);
    expect(message, code).not.toMatch(/[.!]$/);
  }
});

it('is used: no code of the table is left that nothing throws', () => {
  const sources = sourceFiles().map((file) => readFileSync(file, 'utf8'));
  const unused = errorTable().filter(({ code }) => !sources.some((source) => source.includes(`'${code}'`)));
  expect(unused.map(({ code }) => code)).toEqual([]);
});

const about =
  'Every error that Headwater throws on purpose is a `HeadwaterError`: `code` is stable, `message` says what happened and what to do, `details` holds the figures.';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\{(\w+)\}/g, '*$1*');
}

function sourceFiles(): string[] {
  return globSync(['src/**/*.ts', 'connectors/**/*.ts'], { ignore: 'src/error-table/**' });
}
