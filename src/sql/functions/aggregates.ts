import { compare } from '../sql-value.js';
import { defineAggregate, refusal, type AggregateSpec } from './function-spec.js';

const numeric = { takes: 'number', gives: 'number' } as const;

interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared differences from the mean. */
  readonly squares: number;
}

/** An aggregate of mean and squared differences, updated value by value (Welford); null of fewer than `least` values. */
function ofMoments(
  about: Pick<AggregateSpec, 'name' | 'doc' | 'examples'>,
  least: number,
  of: (moments: Moments) => number,
): AggregateSpec {
  return defineAggregate<Moments>({
    ...numeric,
    ...about,
    seed: () => ({ count: 0, mean: 0, squares: 0 }),
    add: ({ count, mean, squares }, value) => {
      const delta = (value as number) - mean;
      const moved = mean + delta / (count + 1);
      return { count: count + 1, mean: moved, squares: squares + delta * ((value as number) - moved) };
    },
    result: (moments) => (moments.count < least ? null : of(moments)),
  });
}

/** What folds values two by two, from the first; null of none. */
function fold(
  about: Pick<AggregateSpec, 'name' | 'takes' | 'gives' | 'doc' | 'examples'>,
  join: (known: unknown, value: unknown) => unknown,
): AggregateSpec {
  return { ...about, seed: () => null, add: (known, value) => (known === null ? value : join(known, value)), result: (known) => known };
}

function order(value: unknown, known: unknown): number {
  const found = compare(value, known);
  if (found === undefined) throw refusal('its values are of different types');
  return found;
}

const sampleVariance = ({ squares, count }: Moments) => squares / (count - 1);

export const aggregates: readonly AggregateSpec[] = [
  defineAggregate<number>({
    name: 'count',
    takes: 'any',
    gives: 'number',
    doc: 'Values that are not null; `count(*)` counts rows, `count(DISTINCT x)` different values.',
    examples: [
      [[1, null, 2], 2],
      [[], 0],
    ],
    seed: () => 0,
    add: (count) => count + 1,
    result: (count) => count,
  }),
  fold(
    {
      ...numeric,
      name: 'sum',
      doc: 'Sum; null where there is no value.',
      examples: [
        [[1, null, 2], 3],
        [[null], null],
      ],
    },
    (sum, value) => (sum as number) + (value as number),
  ),
  defineAggregate<{ readonly sum: number; readonly count: number }>({
    ...numeric,
    name: 'avg',
    doc: 'Mean.',
    examples: [[[1, null, 2], 1.5]],
    seed: () => ({ sum: 0, count: 0 }),
    add: ({ sum, count }, value) => ({ sum: sum + (value as number), count: count + 1 }),
    result: ({ sum, count }) => (count === 0 ? null : sum / count),
  }),
  fold({ name: 'min', takes: 'any', gives: 'any', doc: 'The least value.', examples: [[[2, 1, null], 1]] }, (least, value) =>
    order(value, least) < 0 ? value : least,
  ),
  fold({ name: 'max', takes: 'any', gives: 'any', doc: 'The greatest value.', examples: [[['a', 'b'], 'b']] }, (greatest, value) =>
    order(value, greatest) > 0 ? value : greatest,
  ),
  ofMoments(
    {
      name: 'stddev',
      doc: 'Standard deviation of a sample; null of fewer than two values. Also `stddev_samp`.',
      examples: [
        [[2, 4], Math.SQRT2],
        [[2], null],
      ],
    },
    2,
    (moments) => Math.sqrt(sampleVariance(moments)),
  ),
  ofMoments({ name: 'stddev_samp', doc: 'As `stddev`.', examples: [[[2, 4], Math.SQRT2]] }, 2, (moments) =>
    Math.sqrt(sampleVariance(moments)),
  ),
  ofMoments({ name: 'stddev_pop', doc: 'Standard deviation of the values as all there are.', examples: [[[2, 4], 1]] }, 1, (moments) =>
    Math.sqrt(moments.squares / moments.count),
  ),
  ofMoments({ name: 'variance', doc: 'Variance of a sample; null of fewer than two values.', examples: [[[2, 4], 2]] }, 2, sampleVariance),
  fold(
    { name: 'bool_and', takes: 'boolean', gives: 'boolean', doc: 'Whether all are true.', examples: [[[true, false], false]] },
    (all, value) => all === true && value === true,
  ),
  fold(
    { name: 'bool_or', takes: 'boolean', gives: 'boolean', doc: 'Whether one is true.', examples: [[[true, false], true]] },
    (any, value) => any === true || value === true,
  ),
  defineAggregate<unknown[]>({
    name: 'array_agg',
    takes: 'any',
    gives: 'array',
    doc: "All values that are not null, as a list, in the order of the rows (Spark SQL's `collect_list`); null of none.",
    examples: [
      [
        ['a', null, 'b'],
        ['a', 'b'],
      ],
    ],
    seed: () => [],
    add: (values, value) => {
      values.push(value);
      return values;
    },
    result: (values) => (values.length === 0 ? null : [...values]),
  }),
];
