import type { OperatorFunction } from 'rxjs';

import type { StreamRecord } from '../../record.js';
import type { MergingAggregator } from '../../time/aggregate/aggregator.js';
import { milliseconds, type Duration } from '../../time/duration.js';
import { inStreamTime } from '../../time/processor.js';
import { windowedRecord, type Windowed } from '../../time/windowed.js';
import { WindowStore } from '../../time/window-store.js';
import { closeWindows } from './close-windows.js';
import type { WindowOptions } from './window-options.js';

export interface SessionOptions<V, S, R> extends WindowOptions<V, S, R> {
  /** The longest silence within a session. */
  readonly gap: Duration;
  readonly aggregate: MergingAggregator<V, S, R>;
}

/**
 * Windows of activity: records of a key that are at most `gap` apart, from the first one's time to the last one's, both within. Kafka Streams'
 * `SessionWindows`: a session that has grown takes the place of the old ones, for which a record with the value `null` is emitted. A session closes
 * when stream time passes its end by more than `gap` and `grace`.
 */
export function session<V, S, R>(
  options: SessionOptions<V, S, R>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R | null>>> {
  const { aggregate, emit = 'update' } = options;
  const gap = milliseconds(options.gap);
  const grace = milliseconds(options.grace ?? 0);

  return inStreamTime<V, Windowed<R | null>>(options, (context) => {
    const windows = new WindowStore<S>(context.store);
    const openFrom = (streamTime: number): number => streamTime - gap - grace;
    const closing = closeWindows<V, S, R | null>({ windows, aggregate, emit, context, openFrom });

    /** Sessions of the key that `timestamp` touches. One that starts earlier can reach to it only if it touches the next one. */
    const touched = (key: string, timestamp: number) =>
      [...windows.ofKey(key, 0, timestamp + gap)].filter(({ end }) => end >= timestamp - gap);

    return {
      process(record, streamTime) {
        const { key, timestamp, value } = record;
        const old = touched(key, timestamp);
        const start = Math.min(timestamp, ...old.map((window) => window.start));
        const end = Math.max(timestamp, ...old.map((window) => window.end));
        if (end < openFrom(streamTime)) {
          context.late(record);
          return;
        }
        const known = old.map((window) => windows.get(window)!);
        const merged = known.reduce((state, { state: other }) => aggregate.merge(state, other), aggregate.seed());
        const state = aggregate.add(merged, value, record);
        const result = aggregate.result(state);
        old.forEach((window, index) => {
          windows.delete(window);
          const replaced = window.start !== start || window.end !== end;
          if (emit === 'update' && replaced) context.emit(windowedRecord(window, known[index]!, null, record));
        });
        const updated = windows.set({ key, start, end }, state, end, record);
        if (emit === 'update') context.emit(windowedRecord({ key, start, end }, updated, result, record));
      },
      ...closing,
    };
  });
}
