import type { StreamRecord } from '../record.js';
import type { KeyWindow, WindowState } from './window-store.js';

/** The result of a window: from `start` to `end` in milliseconds since 1970. Whether `end` belongs to it is the window's kind's affair. */
export interface Windowed<R> {
  readonly start: number;
  readonly end: number;
  readonly value: R;
}

/** The result of a window as a record under the window's key; `headers` are those of the record that updated it, if one did. */
export function windowedRecord<S, R>(
  { key, start, end }: KeyWindow,
  { timestamp, origin }: WindowState<S>,
  value: R,
  cause?: StreamRecord<string>,
): StreamRecord<string, Windowed<R>> {
  return {
    key,
    value: { start, end, value },
    timestamp,
    headers: cause?.headers ?? [],
    origin: cause?.origin ?? { ...origin, timestamp, key: Buffer.from(key), value: null, headers: [] },
  };
}
