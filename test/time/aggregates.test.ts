import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { aggregate, type MergingAggregator, type StreamRecord } from 'headwater';

const record = (value: number, timestamp = 0): StreamRecord<string, number> => {
  const origin = { topic: 'in', partition: 0, offset: 0, timestamp, key: null, value: null, headers: [] };
  return { key: 'a', value, timestamp, headers: [], origin };
};

function fold<S, R>(aggregator: MergingAggregator<number, S, R>, values: readonly number[], splitAt = values.length): R {
  const state = (part: readonly number[], from: number) =>
    part.reduce((known, value, index) => structuredClone(aggregator.add(known, value, record(value, from + index))), aggregator.seed());
  return aggregator.result(aggregator.merge(state(values.slice(0, splitAt), 0), state(values.slice(splitAt), splitAt)));
}

const all = aggregate.struct({
  count: aggregate.count(),
  sum: aggregate.sum(),
  mean: aggregate.mean(),
  min: aggregate.min(),
  max: aggregate.max(),
  first: aggregate.first<number>(),
  last: aggregate.last<number>(),
  newest: aggregate.collect<number>({ limit: 3 }),
  quartiles: aggregate.quantiles([0.25, 0.5, 0.75]),
});

describe('aggregates', () => {
  it('are those of the values, in one state or merged from two', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 }), fc.nat(30), (values, splitAt) => {
        const sorted = [...values].sort((a, b) => a - b);
        const total = values.reduce((sum, value) => sum + value, 0);
        expect(fold(all, values, splitAt)).toEqual({
          count: values.length,
          sum: total,
          mean: total / values.length,
          min: sorted[0],
          max: sorted.at(-1),
          first: values[0],
          last: values.at(-1),
          newest: values.slice(-3),
          quartiles: [0.25, 0.5, 0.75].map((p) => sorted[Math.ceil(p * sorted.length) - 1]),
        });
      }),
      { numRuns: 100 },
    );
  });

  it('give the first and the last by event time, not by arrival', () => {
    const { first, last, collect } = aggregate;
    const inOrder = <S, R>(aggregator: MergingAggregator<number, S, R>) =>
      aggregator.result([30, 10, 20].reduce((state, time) => aggregator.add(state, time, record(time, time)), aggregator.seed()));
    expect([inOrder(first<number>()), inOrder(last<number>()), inOrder(collect<number>({ limit: 2 }))]).toEqual([10, 30, [20, 30]]);
  });

  it('give quantiles of many values within 1 %, whatever their order', () => {
    const values = Array.from({ length: 1000 }, (_, index) => ((index * 7919) % 1000) + 1);
    const quantiles = aggregate.quantiles([0.01, 0.5, 0.99]);
    const [low, middle, high] = fold(quantiles, values, 300) as [number, number, number];
    expect(Math.abs(low / 10 - 1)).toBeLessThan(0.02);
    expect(Math.abs(middle / 500 - 1)).toBeLessThan(0.02);
    expect(Math.abs(high / 990 - 1)).toBeLessThan(0.02);
    expect(fold(quantiles, [...values].reverse(), 512)).toEqual([low, middle, high]);
  });
});
