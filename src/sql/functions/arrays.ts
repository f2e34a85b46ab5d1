import { compare, normal, type SqlArray } from '../sql-value.js';
import { defineFunction, numbersOf } from './function-spec.js';

/** The value at a place counted from 1; null outside, as PostgreSQL's subscripts. */
export function elementAt(array: SqlArray, place: number): unknown {
  return normal(array[place - 1]);
}

function best(array: SqlArray, better: (value: number, than: number) => boolean): number | null {
  const numbers = numbersOf(array);
  let at = -1;
  for (let place = 0; place < numbers.length; place++) {
    if (Number.isNaN(numbers[place])) continue;
    if (at < 0 || better(numbers[place]!, numbers[at]!)) at = place;
  }
  return at < 0 ? null : at + 1;
}

function pairs(a: SqlArray, b: SqlArray): [number, number][] {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return Array.from({ length: Math.min(left.length, right.length) }, (_, at) => [left[at]!, right[at]!]);
}

const dot = (a: SqlArray, b: SqlArray) => pairs(a, b).reduce((sum, [x, y]) => sum + x * y, 0);

export const arrayFunctions = [
  defineFunction('cardinality', {
    args: { array: 'array' },
    gives: 'number',
    doc: 'Number of elements.',
    examples: [['cardinality(ARRAY[4, 5, 6])', 3]],
    evaluate: ({ array }) => array.length,
  }),
  defineFunction('element_at', {
    args: { array: 'array', place: 'number' },
    gives: 'any',
    doc: "The element at a place counted from 1, from the end where it is negative (Spark SQL's); null outside. `array[1]` is the same for places from 1.",
    examples: [
      ['element_at(ARRAY[4, 5, 6], 1)', 4],
      ['element_at(ARRAY[4, 5, 6], -1)', 6],
      ['(ARRAY[4, 5, 6])[2]', 5],
      ['(ARRAY[4, 5, 6])[9]', null],
    ],
    evaluate: ({ array, place }) => elementAt(array, place < 0 ? array.length + place + 1 : place),
  }),
  defineFunction('array_position', {
    args: { array: 'array', value: 'any' },
    gives: 'number',
    doc: 'The first place of a value, counted from 1; null where it is not there.',
    examples: [
      ["array_position(ARRAY['empty', 'occupied'], 'occupied')", 2],
      ["array_position(ARRAY['empty'], 'occupied')", null],
    ],
    evaluate: ({ array, value }) => {
      const at = Array.from(array).findIndex((each) => each !== null && compare(each, value) === 0);
      return at < 0 ? null : at + 1;
    },
  }),
  defineFunction('argmax', {
    args: { array: 'array' },
    gives: 'number',
    doc: 'The place of the greatest number, counted from 1, the first of equal ones; null of an empty array.',
    examples: [['argmax(ARRAY[0.1, 0.7, 0.2])', 2]],
    evaluate: ({ array }) => best(array, (value, than) => value > than),
  }),
  defineFunction('argmin', {
    args: { array: 'array' },
    gives: 'number',
    doc: 'The place of the least number, counted from 1.',
    examples: [['argmin(ARRAY[0.1, 0.7, 0.05])', 3]],
    evaluate: ({ array }) => best(array, (value, than) => value < than),
  }),
  defineFunction('array_max', {
    args: { array: 'array' },
    gives: 'number',
    doc: 'The greatest number; null of an empty array.',
    examples: [['array_max(ARRAY[1, 7, 2])', 7]],
    evaluate: ({ array }) => {
      const place = best(array, (value, than) => value > than);
      return place === null ? null : elementAt(array, place);
    },
  }),
  defineFunction('array_min', {
    args: { array: 'array' },
    gives: 'number',
    doc: 'The least number; null of an empty array.',
    examples: [['array_min(ARRAY[1, 7, 2])', 1]],
    evaluate: ({ array }) => {
      const place = best(array, (value, than) => value < than);
      return place === null ? null : elementAt(array, place);
    },
  }),
  defineFunction('vector_to_array', {
    args: { vector: 'array' },
    gives: 'array',
    doc: "A vector as a list of numbers (Spark ML's).",
    examples: [['vector_to_array(ARRAY[1, 2])', [1, 2]]],
    evaluate: ({ vector }) => Array.from(numbersOf(vector)),
  }),
  defineFunction('dot', {
    args: { a: 'array', b: 'array' },
    gives: 'number',
    doc: 'Dot product of two vectors.',
    examples: [['dot(ARRAY[1, 2], ARRAY[3, 4])', 11]],
    evaluate: ({ a, b }) => dot(a, b),
  }),
  defineFunction('cosine_similarity', {
    args: { a: 'array', b: 'array' },
    gives: 'number',
    doc: 'Cosine of the angle between two vectors; null where one is all zero.',
    examples: [['cosine_similarity(ARRAY[1, 0], ARRAY[1, 0])', 1]],
    evaluate: ({ a, b }) => {
      const length = Math.sqrt(dot(a, a) * dot(b, b));
      return length === 0 ? null : dot(a, b) / length;
    },
  }),
];
