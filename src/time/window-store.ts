import type { LogRecord, StreamRecord } from '../record.js';
import type { Store } from '../topology/store.js';
import { streamTimeEntry } from './stream-time.js';
import { timeInKey, timeKey, timeKeyLength } from './time-key.js';

/** A window of one key. Times are milliseconds since 1970. */
export interface KeyWindow {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** What is known of a window. */
export interface WindowState<S> {
  readonly state: S;
  /** The newest event time in it. */
  readonly timestamp: number;
  /** The record that came last: where its result comes from. */
  readonly origin: Pick<LogRecord, 'topic' | 'partition' | 'offset'>;
}

/** The open windows of a task, by key and by end. A window's identity is in its entry's key, so both orders cost no entry of their own. */
export class WindowStore<S> {
  constructor(private readonly store: Store<unknown>) {}

  get(window: KeyWindow): WindowState<S> | undefined {
    return this.store.get(entryOf(window)) as WindowState<S> | undefined;
  }

  /** The state after `record`. */
  set(window: KeyWindow, state: S, timestamp: number, { origin: { topic, partition, offset } }: StreamRecord): WindowState<S> {
    const known: WindowState<S> = { state, timestamp, origin: { topic, partition, offset } };
    this.store.set(entryOf(window), known);
    return known;
  }

  delete(window: KeyWindow): void {
    this.store.delete(entryOf(window));
  }

  /** Windows of a key that start from `from` up to, and including, `to`, in the order of their starts. */
  *ofKey(key: string, from: number, to: number): Generator<KeyWindow> {
    for (const entry of this.#byKey().range(placeOf(key, from), placeOf(key, to + 1))) if (isOf(key, entry)) yield windowOf(entry);
  }

  /** Of a key's windows that start from `from` up to, and including, `to`, the one that starts last. */
  lastOfKey(key: string, from: number, to: number): KeyWindow | undefined {
    for (const entry of this.#byKey().backwards(placeOf(key, from), placeOf(key, to + 1))) if (isOf(key, entry)) return windowOf(entry);
    return undefined;
  }

  /** Windows of all keys that end from `from` up to, not including, `to`, the earliest end first. */
  *ending(from: number, to: number): Generator<KeyWindow> {
    if (to <= 0) return;
    for (const entry of this.#byEnd().range(timeKey(Math.max(0, from)), timeKey(to))) yield windowOf(entry);
  }

  /** When the next window from `from` on ends. */
  nextEnd(from: number): number | undefined {
    for (const entry of this.#byEnd().range(timeKey(Math.max(0, from)), '~')) return windowOf(entry).end;
    return undefined;
  }

  #byKey() {
    return this.store.orderedBy('key', (entry) => (entry === streamTimeEntry ? undefined : entry));
  }

  #byEnd() {
    return this.store.orderedBy('end', (entry) => {
      if (entry === streamTimeEntry) return undefined;
      return entry.slice(-timeKeyLength) + entry;
    });
  }
}

function placeOf(key: string, start: number): string {
  return `${key}\0${timeKey(Math.max(0, start))}`;
}

/** Whether an entry between two places of `key` is one of it: another key may begin with this key and a NUL. */
function isOf(key: string, entry: string): boolean {
  return entry.length === key.length + 1 + 2 * timeKeyLength;
}

function entryOf({ key, start, end }: KeyWindow): string {
  return `${key}\0${timeKey(start)}${timeKey(end)}`;
}

function windowOf(entry: string): KeyWindow {
  const key = entry.slice(0, -2 * timeKeyLength - 1);
  return { key, start: timeInKey(entry, -2 * timeKeyLength), end: timeInKey(entry, -timeKeyLength) };
}
