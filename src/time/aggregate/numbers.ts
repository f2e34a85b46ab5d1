import type { MergingAggregator } from './aggregator.js';

type Select<V> = (value: V) => number;

/** How many values there are. */
export function count(): MergingAggregator<unknown, number, number> {
  return { seed: () => 0, add: (n) => n + 1, merge: (a, b) => a + b, result: (n) => n };
}

/** Their sum; 0 of none. */
export function sum<V = number>(select: Select<V> = Number): MergingAggregator<V, number, number> {
  return { seed: () => 0, add: (total, value) => total + select(value), merge: (a, b) => a + b, result: (total) => total };
}

/** Their arithmetic mean. */
export function mean<V = number>(select: Select<V> = Number): MergingAggregator<V, { n: number; total: number }, number> {
  return {
    seed: () => ({ n: 0, total: 0 }),
    add: ({ n, total }, value) => ({ n: n + 1, total: total + select(value) }),
    merge: (a, b) => ({ n: a.n + b.n, total: a.total + b.total }),
    result: ({ n, total }) => total / n,
  };
}

/** The least of them; Infinity of none. */
export function min<V = number>(select: Select<V> = Number): MergingAggregator<V, number, number> {
  return { seed: () => Infinity, add: (least, value) => Math.min(least, select(value)), merge: Math.min, result: (least) => least };
}

/** The greatest of them; -Infinity of none. */
export function max<V = number>(select: Select<V> = Number): MergingAggregator<V, number, number> {
  return { seed: () => -Infinity, add: (most, value) => Math.max(most, select(value)), merge: Math.max, result: (most) => most };
}
