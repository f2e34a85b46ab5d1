import type { OperatorFunction } from 'rxjs';

import { error } from '../../errors.js';
import type { StreamRecord } from '../../record.js';
import { milliseconds, type Duration } from '../../time/duration.js';
import { inStreamTime } from '../../time/processor.js';
import { windowedRecord, type Windowed } from '../../time/windowed.js';
import { WindowStore } from '../../time/window-store.js';
import { closeWindows } from './close-windows.js';
import type { WindowOptions } from './window-options.js';

export interface HoppingOptions<V, S, R> extends WindowOptions<V, S, R> {
  readonly size: Duration;
  /** From the start of one window to the start of the next, at most `size`. */
  readonly advance: Duration;
}

/**
 * Windows of `size` that start every `advance`, aligned to 1970: Kafka Streams' `TimeWindows.ofSizeAndGrace(..).advanceBy(..)`. `start` belongs to a
 * window, `end` does not. A window closes when stream time reaches its end and `grace`; a record whose windows have all closed is late.
 *
 * @throws HW_WINDOW, HW_DURATION for options that make no window
 */
export function hopping<V, S, R>(
  options: HoppingOptions<V, S, R>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R>>> {
  const { name, aggregate, emit = 'update' } = options;
  const size = milliseconds(options.size);
  const advance = milliseconds(options.advance);
  const grace = milliseconds(options.grace ?? 0);
  if (advance < 1 || advance > size) throw error('HW_WINDOW', { name, problem: `advance must be from 1 ms to the size, ${size} ms` });

  return inStreamTime<V, Windowed<R>>(options, (context) => {
    const windows = new WindowStore<S>(context.store);
    const openFrom = (streamTime: number): number => streamTime - grace + 1;
    const closing = closeWindows({ windows, aggregate, emit, context, openFrom });
    return {
      process(record, streamTime) {
        const { key, timestamp, value } = record;
        let late = true;
        for (let start = firstStart(timestamp, size, advance); start <= timestamp; start += advance) {
          const window = { key, start, end: start + size };
          if (window.end < openFrom(streamTime)) continue;
          late = false;
          const known = windows.get(window);
          const state = aggregate.add(known ? known.state : aggregate.seed(), value, record);
          const updated = windows.set(window, state, Math.max(timestamp, known?.timestamp ?? 0), record);
          if (emit === 'update') context.emit(windowedRecord(window, updated, aggregate.result(state), record));
        }
        if (late) context.late(record);
      },
      ...closing,
    };
  });
}

/** The start of the first window that holds `timestamp`; none starts before 1970. */
function firstStart(timestamp: number, size: number, advance: number): number {
  return Math.floor(Math.max(0, timestamp - size + advance) / advance) * advance;
}
