import type { MergingAggregator } from './aggregator.js';

/** Several aggregates by name. */
type Fields<V, R> = { readonly [K in keyof R]: MergingAggregator<V, unknown, R[K]> };

/**
 * Several aggregates at once: an object with the result of each.
 *
 * @example aggregate.struct({ n: aggregate.count(), [p]: aggregate.mean((p: Prediction) => p.confidence) })
 */
export function struct<V, R extends object>(fields: Fields<V, R>): MergingAggregator<V, Record<keyof R, unknown>, R> {
  const names = Object.keys(fields) as (keyof R)[];
  const each = <T>(project: (name: keyof R) => T) => Object.fromEntries(names.map((name) => [name, project(name)])) as Record<keyof R, T>;
  return {
    seed: () => each((name) => fields[name].seed()),
    add: (state, value, record) => each((name) => fields[name].add(state[name], value, record)),
    merge: (one, other) => each((name) => fields[name].merge(one[name], other[name])),
    result: (state) => each((name) => fields[name].result(state[name])) as R,
  };
}
