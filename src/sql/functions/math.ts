import { compare } from '../sql-value.js';
import { defineFunction, refusal, type FunctionSpec } from './function-spec.js';

/** A function of one number. */
function ofNumber(name: string, doc: string, example: readonly [string, number], evaluate: (x: number) => number): FunctionSpec {
  return defineFunction(name, { args: { x: 'number' }, gives: 'number', doc, examples: [example], evaluate: ({ x }) => evaluate(x) });
}

function chosen(values: readonly unknown[], better: (order: number) => boolean): unknown {
  let best: unknown = null;
  for (const value of values) {
    if (value === null) continue;
    if (best === null) best = value;
    else {
      const order = compare(value, best);
      if (order === undefined) throw refusal('its values are of different types');
      if (better(order)) best = value;
    }
  }
  return best;
}

/** To the nearest whole number, ties to the even one, as PostgreSQL rounds double precision. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const mathFunctions = [
  ofNumber('abs', 'Absolute value.', ['abs(-3)', 3], Math.abs),
  ofNumber('floor', 'The whole number at or below.', ['floor(-1.5)', -2], Math.floor),
  ofNumber('ceil', 'The whole number at or above; also `ceiling`.', ['ceil(1.2)', 2], Math.ceil),
  ofNumber('ceiling', 'As `ceil`.', ['ceiling(1.2)', 2], Math.ceil),
  ofNumber('trunc', 'Without the part behind the point.', ['trunc(-1.7)', -1], Math.trunc),
  ofNumber('sign', '-1, 0 or 1.', ['sign(-2.5)', -1], Math.sign),
  ofNumber('exp', 'e to the power of x.', ['exp(0)', 1], Math.exp),
  ofNumber('sqrt', 'Square root; an error below 0.', ['sqrt(9)', 3], (x) => {
    if (x < 0) throw refusal('it takes no root of a negative number');
    return Math.sqrt(x);
  }),
  ofNumber('ln', 'Natural logarithm; an error at 0 and below.', ['ln(1)', 0], (x) => Math.log(logarithmic(x))),
  ofNumber('log10', 'Logarithm of base 10; an error at 0 and below.', ['log10(1000)', 3], (x) => Math.log10(logarithmic(x))),
  defineFunction('round', {
    args: { x: 'number', digits: 'number?' },
    gives: 'number',
    doc: 'To the nearest number with so many digits behind the point (default 0). Ties go to the even digit, as PostgreSQL rounds double precision.',
    examples: [
      ['round(2.5)', 2],
      ['round(3.5)', 4],
      ['round(0.12345, 3)', 0.123],
    ],
    evaluate: ({ x, digits = 0 }) => {
      const scale = 10 ** Math.trunc(digits);
      return Number.isFinite(x * scale) ? roundHalfEven(x * scale) / scale : x;
    },
  }),
  defineFunction('power', {
    args: { x: 'number', y: 'number' },
    gives: 'number',
    doc: 'x to the power of y, as `x ^ y`.',
    examples: [
      ['power(2, 10)', 1024],
      ['2 ^ 10', 1024],
    ],
    evaluate: ({ x, y }) => power(x, y),
  }),
  defineFunction('mod', {
    args: { x: 'number', y: 'number' },
    gives: 'number',
    doc: 'What is left of x after whole parts of y, with the sign of x, as `x % y`.',
    examples: [
      ['mod(7, 3)', 1],
      ['-7 % 3', -1],
    ],
    evaluate: ({ x, y }) => remainder(x, y),
  }),
  defineFunction('div', {
    args: { x: 'number', y: 'number' },
    gives: 'number',
    doc: 'Whole parts of y in x. `/` gives the exact quotient: `7 / 2` is 3.5.',
    examples: [
      ['div(7, 2)', 3],
      ['7 / 2', 3.5],
    ],
    evaluate: ({ x, y }) => Math.trunc(x / divisor(y)),
  }),
  defineFunction('greatest', {
    args: { values: 'any...' },
    gives: 'any',
    doc: 'The greatest value that is not null.',
    examples: [
      ['greatest(1, NULL, 3)', 3],
      ["greatest('a', 'b')", 'b'],
    ],
    nulls: 'seen',
    evaluate: ({ values }) => chosen(values, (order) => order > 0),
  }),
  defineFunction('least', {
    args: { values: 'any...' },
    gives: 'any',
    doc: 'The least value that is not null.',
    examples: [['least(2, NULL, 1)', 1]],
    nulls: 'seen',
    evaluate: ({ values }) => chosen(values, (order) => order < 0),
  }),
];

export function power(x: number, y: number): number {
  if (x === 0 && y < 0) throw refusal('zero has no negative power');
  if (x < 0 && !Number.isInteger(y)) throw refusal('a negative number has whole powers only');
  return x === 1 ? 1 : x ** y;
}

export function remainder(x: number, y: number): number {
  return x % divisor(y);
}

export function divisor(y: number): number {
  if (y === 0) throw refusal('division by zero; NULLIF(x, 0) gives null instead');
  return y;
}

function logarithmic(x: number): number {
  if (x <= 0) throw refusal(`there is no logarithm of ${x}`);
  return x;
}
