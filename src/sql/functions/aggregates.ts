import { compare } from '../sql-value.js';
import { refusal, type Accumulator, type AggregateSpec } from './function-spec.js';

/** Mean and sum of squared differences, updated value by value (Welford). */
function moments(result: (count: number, mean: number, squares: number) => number | null): () => Accumulator {
  return () => {
    let count = 0;
    let mean = 0;
    let squares = 0;
    return {
      add: (value) => {
        count += 1;
        const delta = (value as number) - mean;
        mean += delta / count;
        squares += delta * ((value as number) - mean);
      },
      result: () => (count === 0 ? null : result(count, mean, squares)),
    };
  };
}

function extreme(better: (order: number) => boolean): () => Accumulator {
  return () => {
    let best: unknown = null;
    return {
      add: (value) => {
        const order = best === null ? 0 : compare(value, best);
        if (order === undefined) throw refusal('its values are of different types');
        if (best === null || better(order)) best = value;
      },
      result: () => best,
    };
  };
}

function sample(spread: (count: number, squares: number) => number | null): () => Accumulator {
  return moments((count, _, squares) => spread(count, squares));
}

const numeric = { takes: 'number', result: 'number' } as const;

export const aggregates: readonly AggregateSpec[] = [
  {
    name: 'count',
    takes: 'any',
    result: 'number',
    doc: 'Values that are not null; `count(*)` counts rows, `count(DISTINCT x)` different values.',
    examples: [
      [[1, null, 2], 2],
      [[], 0],
    ],
    start: () => {
      let count = 0;
      return { add: () => void (count += 1), result: () => count };
    },
  },
  {
    ...numeric,
    name: 'sum',
    doc: 'Sum; null where there is no value.',
    examples: [
      [[1, null, 2], 3],
      [[null], null],
    ],
    start: () => {
      let sum: number | null = null;
      return { add: (value) => void (sum = (sum ?? 0) + (value as number)), result: () => sum };
    },
  },
  {
    ...numeric,
    name: 'avg',
    doc: 'Mean.',
    examples: [[[1, null, 2], 1.5]],
    start: () => {
      let [sum, count] = [0, 0];
      return {
        add: (value) => {
          sum += value as number;
          count += 1;
        },
        result: () => (count === 0 ? null : sum / count),
      };
    },
  },
  {
    name: 'min',
    takes: 'any',
    result: 'any',
    doc: 'The least value.',
    examples: [[[2, 1, null], 1]],
    start: extreme((order) => order < 0),
  },
  {
    name: 'max',
    takes: 'any',
    result: 'any',
    doc: 'The greatest value.',
    examples: [[['a', 'b'], 'b']],
    start: extreme((order) => order > 0),
  },
  {
    ...numeric,
    name: 'stddev',
    doc: 'Standard deviation of a sample; null of fewer than two values. Also `stddev_samp`.',
    examples: [
      [[2, 4], Math.SQRT2],
      [[2], null],
    ],
    start: sample((count, squares) => (count < 2 ? null : Math.sqrt(squares / (count - 1)))),
  },
  {
    ...numeric,
    name: 'stddev_samp',
    doc: 'As `stddev`.',
    examples: [[[2, 4], Math.SQRT2]],
    start: sample((count, squares) => (count < 2 ? null : Math.sqrt(squares / (count - 1)))),
  },
  {
    ...numeric,
    name: 'stddev_pop',
    doc: 'Standard deviation of the values as all there are.',
    examples: [[[2, 4], 1]],
    start: sample((count, squares) => Math.sqrt(squares / count)),
  },
  {
    ...numeric,
    name: 'variance',
    doc: 'Variance of a sample; null of fewer than two values.',
    examples: [[[2, 4], 2]],
    start: sample((count, squares) => (count < 2 ? null : squares / (count - 1))),
  },
  {
    name: 'bool_and',
    takes: 'boolean',
    result: 'boolean',
    doc: 'Whether all are true.',
    examples: [[[true, false], false]],
    start: () => {
      let all: boolean | null = null;
      return { add: (value) => void (all = (all ?? true) && (value as boolean)), result: () => all };
    },
  },
  {
    name: 'bool_or',
    takes: 'boolean',
    result: 'boolean',
    doc: 'Whether one is true.',
    examples: [[[true, false], true]],
    start: () => {
      let any: boolean | null = null;
      return { add: (value) => void (any = (any ?? false) || (value as boolean)), result: () => any };
    },
  },
  {
    name: 'array_agg',
    takes: 'any',
    result: 'array',
    doc: "All values that are not null, as a list, in the order of the rows (Spark SQL's `collect_list`).",
    examples: [
      [
        ['a', null, 'b'],
        ['a', 'b'],
      ],
    ],
    start: () => {
      const values: unknown[] = [];
      return { add: (value) => void values.push(value), result: () => (values.length === 0 ? null : values) };
    },
  },
];
