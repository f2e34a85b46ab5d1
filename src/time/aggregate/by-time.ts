import type { MergingAggregator } from './aggregator.js';

interface Timed<T> {
  readonly at: number;
  readonly value: T;
}

type Edge<T> = Timed<T> | null;

/** The value with the oldest event time; of several, the one that came first. */
export function first<V, T = V>(select: (value: V) => T = (value) => value as unknown as T): MergingAggregator<V, Edge<T>, T | null> {
  return edge(select, (known, other) => known.at <= other.at);
}

/** The value with the newest event time; of several, the one that came last. */
export function last<V, T = V>(select: (value: V) => T = (value) => value as unknown as T): MergingAggregator<V, Edge<T>, T | null> {
  return edge(select, (known, other) => known.at > other.at);
}

/** The newest `limit` values in the order of their event times. */
export function collect<V, T = V>(
  { limit }: { readonly limit: number },
  select: (value: V) => T = (value) => value as unknown as T,
): MergingAggregator<V, Timed<T>[], T[]> {
  const insert = (list: Timed<T>[], item: Timed<T>): Timed<T>[] => {
    const after = list.findLastIndex(({ at }) => at <= item.at);
    list.splice(after + 1, 0, item);
    if (list.length > limit) list.shift();
    return list;
  };
  return {
    seed: () => [],
    add: (list, value, { timestamp: at }) => insert(list, { at, value: select(value) }),
    merge: (one, other) => other.reduce(insert, one),
    result: (list) => list.map(({ value }) => value),
  };
}

function edge<V, T>(
  select: (value: V) => T,
  keeps: (known: Timed<T>, other: Timed<T>) => boolean,
): MergingAggregator<V, Edge<T>, T | null> {
  const pick = (known: Edge<T>, other: Edge<T>): Edge<T> => {
    if (known === null || other === null) return known ?? other;
    return keeps(known, other) ? known : other;
  };
  return {
    seed: () => null,
    add: (known, value, { timestamp: at }) => pick(known, { at, value: select(value) }),
    merge: pick,
    result: (known) => known?.value ?? null,
  };
}
