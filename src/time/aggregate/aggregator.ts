import type { StreamRecord } from '../../record.js';

/**
 * Folds the values of a window. States outlive epochs: they hold structured-cloneable data only, no functions and no class instances.
 * `add` and `merge` may change and return the state that they get; `result` gives a value that later changes of the state leave alone.
 */
export interface Aggregator<V, S, R> {
  seed(): S;
  add(state: S, value: V, record: StreamRecord<string, V>): S;
  /** Joins the states of two sessions that a record has bridged; session windows need it. */
  merge?(one: S, other: S): S;
  result(state: S): R;
}

/** An aggregator that session windows can use too. */
export interface MergingAggregator<V, S, R> extends Aggregator<V, S, R> {
  merge(one: S, other: S): S;
}
