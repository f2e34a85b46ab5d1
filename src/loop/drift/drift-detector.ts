/** What a detector says of a value: whether the stream has changed, and the figure that it judged by. */
export interface DriftVerdict {
  readonly drift: boolean;
  /** Of the last test; NaN where none was due yet. */
  readonly statistic: number;
}

/** Watches a stream for a change. The state is plain data that a store can hold; after a drift a detector begins anew. */
export interface DriftDetector<V, S = unknown> {
  readonly name: string;
  seed(): S;
  /** Takes a value into `state`, which is changed. */
  update(state: S, value: V): DriftVerdict;
}

export const notYet: DriftVerdict = { drift: false, statistic: NaN };
