import { compare } from '../sql-value.js';
import { defineFunction, refusal } from './function-spec.js';

export const conditionalFunctions = [
  defineFunction('coalesce', {
    args: { values: 'any...' },
    gives: 'any',
    doc: 'The first value that is not null; those after it are not computed.',
    examples: [
      ['coalesce(NULL, 2, 3)', 2],
      ['coalesce(1, 1 / 0)', 1],
    ],
    nulls: 'seen',
    evaluate: ({ values }) => values.find((value) => value !== null) ?? null,
  }),
  defineFunction('nullif', {
    args: { a: 'any', b: 'any' },
    gives: 'any',
    doc: 'Null where both are equal, else the first.',
    examples: [
      ['nullif(3, 3)', null],
      ['nullif(3, 0)', 3],
    ],
    nulls: 'seen',
    evaluate: ({ a, b }) => {
      if (a === null || b === null) return a;
      const order = compare(a, b);
      if (order === undefined) throw refusal('its values are of different types');
      return order === 0 ? null : a;
    },
  }),
];
