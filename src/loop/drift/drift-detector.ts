/** What a detector says of a value: whether the stream has changed, and the figure that it judged by. */
export interface DriftVerdict {
  readonly drift: boolean;
  /** Of the last test; NaN where none was due yet. */
  readonly statistic: number;
}

/** Watches a stream for a change. The state is plain data that a store can hold; after a drift a detector begins anew. */
export interface DriftDetector<V, S = unknown> {
  readonly name: string;
  /** Parts of the state that are big and seldom replaced: a store writes them only then. */
  readonly settled?: readonly string[];
  seed(): S;
  /** Takes a value into `state`, which is changed. `at` is its event time, milliseconds since 1970. */
  update(state: S, value: V, at: number): DriftVerdict;
}

export const notYet: DriftVerdict = { drift: false, statistic: NaN };
