import { createHash } from 'node:crypto';
import type { MonoTypeOperatorFunction } from 'rxjs';

import type { StreamRecord } from '../record.js';
import { milliseconds, type Duration } from '../time/duration.js';
import { inStreamTime, type ProcessorOptions } from '../time/processor.js';
import { WindowStore } from '../time/window-store.js';

export interface DedupeOptions<V> extends Pick<ProcessorOptions<V>, 'name'> {
  /** How long, in stream time, a record keeps others like it out. */
  readonly horizon: Duration;
  /** What makes two records of a key the same: a text, or bytes, which are compared by their SHA-256. Default: the key alone. */
  readonly by?: (value: V, record: StreamRecord<string, V>) => string | Uint8Array;
}

/**
 * Lets the first of equal records pass and drops those that come within `horizon` of stream time after it.
 *
 * @example frames.pipe(dedupe({ name: 'frozen', horizon: '10m', by: (frame) => frame.bytes }))
 */
export function dedupe<V>({ name, horizon, by }: DedupeOptions<V>): MonoTypeOperatorFunction<StreamRecord<string, V>> {
  const ms = milliseconds(horizon);
  return inStreamTime<V, V>({ name }, (context) => {
    /** A record keeps others out from its stream time until the end of its window. */
    const seen = new WindowStore<true>(context.store);
    return {
      process(record, streamTime) {
        const id = by ? by(record.value, record) : '';
        const identity = typeof id === 'string' ? id : createHash('sha256').update(id).digest('base64');
        const key = `${record.key.length}/${record.key}${identity}`; // the length tells where the key ends
        const known = seen.lastOfKey(key, 0, streamTime);
        if (known && known.end >= streamTime) return;
        seen.set({ key, start: streamTime, end: streamTime + ms }, true, record.timestamp, record);
        context.emit(record);
      },
      advance(streamTime) {
        for (const window of seen.ending(0, streamTime)) seen.delete(window);
      },
    };
  });
}
