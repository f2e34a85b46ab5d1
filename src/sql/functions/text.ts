import { toText } from '../sql-value.js';
import { defineFunction, refusal } from './function-spec.js';

/** Characters, not UTF-16 code units. */
const characters = (text: string): string[] => Array.from(text);

export const textFunctions = [
  defineFunction('lower', {
    args: { string: 'text' },
    gives: 'text',
    doc: 'Lower case.',
    examples: [["lower('Gate')", 'gate']],
    evaluate: ({ string }) => string.toLowerCase(),
  }),
  defineFunction('upper', {
    args: { string: 'text' },
    gives: 'text',
    doc: 'Upper case.',
    examples: [["upper('Gate')", 'GATE']],
    evaluate: ({ string }) => string.toUpperCase(),
  }),
  defineFunction('length', {
    args: { string: 'text' },
    gives: 'number',
    doc: 'Number of characters.',
    examples: [
      ["length('gate')", 4],
      ["length('')", 0],
    ],
    evaluate: ({ string }) => characters(string).length,
  }),
  defineFunction('substring', {
    args: { string: 'text', start: 'number', count: 'number?' },
    gives: 'text',
    doc: '`count` characters from place `start`, counted from 1; also `substring(string FROM start FOR count)`.',
    examples: [
      ["substring('window', 2, 3)", 'ind'],
      ["substring('window', 4)", 'dow'],
      ["substring('window', -1, 3)", 'w'],
    ],
    evaluate: ({ string, start, count }) => {
      if (count !== undefined && count < 0) throw refusal(`its count is ${count}`);
      const end = count === undefined ? Infinity : start + count;
      return characters(string)
        .slice(Math.max(0, start - 1), Math.max(0, end - 1))
        .join('');
    },
  }),
  defineFunction('left', {
    args: { string: 'text', count: 'number' },
    gives: 'text',
    doc: 'The first characters; all but the last ones where `count` is negative.',
    examples: [
      ["left('window', 3)", 'win'],
      ["left('window', -3)", 'win'],
    ],
    evaluate: ({ string, count }) => characters(string).slice(0, count).join(''),
  }),
  defineFunction('right', {
    args: { string: 'text', count: 'number' },
    gives: 'text',
    doc: 'The last characters; all but the first ones where `count` is negative.',
    examples: [
      ["right('window', 3)", 'dow'],
      ["right('window', -2)", 'ndow'],
      ["right('window', 0)", ''],
    ],
    evaluate: ({ string, count }) => {
      const all = characters(string);
      return all.slice(count < 0 ? -count : Math.max(0, all.length - count)).join('');
    },
  }),
  defineFunction('concat', {
    args: { values: 'any...' },
    gives: 'text',
    doc: 'All values as text, one after the other; nulls count as nothing. `||` gives null where a side is null.',
    examples: [
      ["concat('gate', '/', NULL, 7)", 'gate/7'],
      ["'gate' || '/' || 7", 'gate/7'],
    ],
    nulls: 'seen',
    evaluate: ({ values }) => values.map((value) => (value === null ? '' : toText(value))).join(''),
  }),
  defineFunction('trim', {
    args: { string: 'text', characters: 'text?' },
    gives: 'text',
    doc: 'Without the spaces, or the given characters, at both ends.',
    examples: [
      ["trim('  gate ')", 'gate'],
      ["trim('xxgatex', 'x')", 'gate'],
    ],
    evaluate: ({ string, characters: taken = ' ' }) => trimmed(trimmed(string, taken, 'start'), taken, 'end'),
  }),
  defineFunction('ltrim', {
    args: { string: 'text', characters: 'text?' },
    gives: 'text',
    doc: 'As `trim`, at the beginning only.',
    examples: [["ltrim('  gate ')", 'gate ']],
    evaluate: ({ string, characters: taken = ' ' }) => trimmed(string, taken, 'start'),
  }),
  defineFunction('rtrim', {
    args: { string: 'text', characters: 'text?' },
    gives: 'text',
    doc: 'As `trim`, at the end only.',
    examples: [["rtrim('  gate ')", '  gate']],
    evaluate: ({ string, characters: taken = ' ' }) => trimmed(string, taken, 'end'),
  }),
  defineFunction('replace', {
    args: { string: 'text', from: 'text', to: 'text' },
    gives: 'text',
    doc: 'Every `from` replaced by `to`.',
    examples: [
      ["replace('a-b-c', '-', '/')", 'a/b/c'],
      ["replace('abc', '', 'x')", 'abc'],
    ],
    evaluate: ({ string, from, to }) => (from === '' ? string : string.replaceAll(from, () => to)),
  }),
  defineFunction('strpos', {
    args: { string: 'text', part: 'text' },
    gives: 'number',
    doc: 'Where `part` begins, counted from 1; 0 where it is not there.',
    examples: [
      ["strpos('window', 'do')", 4],
      ["strpos('window', 'x')", 0],
    ],
    evaluate: ({ string, part }) => {
      const at = string.indexOf(part);
      return at < 0 ? 0 : characters(string.slice(0, at)).length + 1;
    },
  }),
  defineFunction('starts_with', {
    args: { string: 'text', prefix: 'text' },
    gives: 'boolean',
    doc: 'Whether it begins so.',
    examples: [["starts_with('gate/lane', 'gate/')", true]],
    evaluate: ({ string, prefix }) => string.startsWith(prefix),
  }),
  defineFunction('split_part', {
    args: { string: 'text', delimiter: 'text', n: 'number' },
    gives: 'text',
    doc: 'The `n`-th part between delimiters, counted from 1, from the end where it is negative.',
    examples: [
      ["split_part('gate/lane', '/', 2)", 'lane'],
      ["split_part('gate/lane', '/', -2)", 'gate'],
      ["split_part('gate/lane', '/', 3)", ''],
    ],
    evaluate: ({ string, delimiter, n }) => {
      if (n === 0) throw refusal('its place is 0');
      const parts = delimiter === '' ? [string] : string.split(delimiter);
      return parts[n > 0 ? n - 1 : parts.length + n] ?? '';
    },
  }),
] as const;

function trimmed(string: string, taken: string, side: 'start' | 'end'): string {
  const isTaken = new Set(characters(taken));
  const all = characters(string);
  const at = side === 'start' ? all.findIndex((each) => !isTaken.has(each)) : all.findLastIndex((each) => !isTaken.has(each));
  if (at < 0) return '';
  return (side === 'start' ? all.slice(at) : all.slice(0, at + 1)).join('');
}
