import type { Store } from '../topology/store.js';

interface State {
  /** The newest event time of a record. */
  readonly observed: number;
  /** Stream time: `observed`, or later where the clock has moved it on while nothing came in. */
  readonly now: number;
}

/** The entry of a store that holds the stream time; windows have longer keys. */
export const streamTimeEntry = 'stream-time';

/**
 * How far event time has come in one operator of one task, in milliseconds since 1970: the newest event time seen, never going back. Kept in the
 * operator's store, so that a restart does not let records in that were too late before.
 */
export class StreamTime {
  #state: State;

  constructor(private readonly store: Store<unknown>) {
    this.#state = (store.get(streamTimeEntry) as State | undefined) ?? { observed: -1, now: -1 };
  }

  /** -1 before the first record. */
  get now(): number {
    return this.#state.now;
  }

  get observed(): number {
    return this.#state.observed;
  }

  /** A record of this event time has come in. */
  observe(timestamp: number): void {
    if (timestamp > this.#state.observed) this.#set({ observed: timestamp, now: Math.max(timestamp, this.#state.now) });
  }

  /** Nothing has come in for `ms` milliseconds of the clock. */
  passIdle(ms: number): void {
    const { observed, now } = this.#state;
    if (observed >= 0 && observed + ms > now) this.#set({ observed, now: observed + ms });
  }

  #set(state: State): void {
    this.#state = state;
    this.store.set(streamTimeEntry, state);
  }
}
