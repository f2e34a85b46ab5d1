import type { OperatorFunction } from 'rxjs';

import { error } from '../../errors.js';
import type { FeatureEvent } from '../../events/feature-event.js';
import type { StreamRecord } from '../../record.js';
import { milliseconds, type Duration } from '../../time/duration.js';
import { inStreamTime } from '../../time/processor.js';
import { windowedRecord, type Windowed } from '../../time/windowed.js';
import { WindowStore, type KeyWindow, type WindowState } from '../../time/window-store.js';
import { closeWindows } from './close-windows.js';
import { slidingFeatures, type FeaturesOptions } from './sliding-features.js';
import type { WindowOptions } from './window-options.js';

export interface SlidingOptions<V, S, R> extends WindowOptions<V, S, R> {
  /** The largest difference between the times of two records in one window. */
  readonly size: Duration;
}

export interface SlidingFeaturesOptions extends FeaturesOptions {
  /** A frame's window holds the frames of the last `size` up to itself; a frame exactly `size` older is outside. */
  readonly size: Duration;
}

/**
 * Windows of `size`, both ends within, one for every set of records of a key that fits into it: Kafka Streams' `SlidingWindows` (KIP-450). A record at
 * time t ends one window, [t - size, t], and makes the next one, [t + 1, t + 1 + size], begin. None starts before 1970. A window
 * closes when stream time has passed its end by more than `grace`; a record that none of its windows can take any more is late.
 *
 * With `features` instead of `aggregate`: every frame's features with those of the frames before it, emitted with every frame.
 */
export function sliding(
  options: SlidingFeaturesOptions,
): OperatorFunction<StreamRecord<string, FeatureEvent>, StreamRecord<string, FeatureEvent>>;
export function sliding<V, S, R>(
  options: SlidingOptions<V, S, R>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R>>>;
export function sliding<V, S, R>(options: SlidingOptions<V, S, R> | SlidingFeaturesOptions) {
  return 'features' in options
    ? slidingFeatures(options, { frames: Infinity, span: milliseconds(options.size) })
    : slidingAggregate(options);
}

interface Known<S> extends WindowState<S> {
  readonly window: KeyWindow;
}

function slidingAggregate<V, S, R>(
  options: SlidingOptions<V, S, R>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R>>> {
  const { name, aggregate, emit = 'update' } = options;
  const size = milliseconds(options.size);
  const grace = milliseconds(options.grace ?? 0);
  if (size < 1) throw error('HW_WINDOW', { name, problem: 'size must be at least 1 ms' });

  return inStreamTime<V, Windowed<R>>(options, (context) => {
    const windows = new WindowStore<S>(context.store);
    const openFrom = (streamTime: number): number => streamTime - grace;
    // windows that have closed go on without telling: others that are open yet are copied from them
    const closing = closeWindows({ windows, aggregate, emit, context, openFrom, keepMs: 2 * size });

    return {
      process(record, streamTime) {
        const { key, timestamp, value } = record;
        if (timestamp + size < openFrom(streamTime)) {
          context.late(record);
          return;
        }
        const around = [...windows.ofKey(key, timestamp - 2 * size, timestamp + 1)].map((window): Known<S> => {
          return { window, ...windows.get(window)! };
        });
        const put = (start: number, state: S, newest: number): void => {
          const window = { key, start, end: start + size };
          const updated = windows.set(window, state, newest, record);
          if (emit === 'update' && window.end >= openFrom(streamTime))
            context.emit(windowedRecord(window, updated, aggregate.result(state), record));
        };

        const created = newWindows(around, timestamp, size).map(({ start, base }) => {
          const known = base ? structuredClone<S>(base.state) : aggregate.seed();
          // a window that begins after the record takes over what is there, without it
          return start > timestamp
            ? { start, state: known, newest: base!.timestamp }
            : { start, state: aggregate.add(known, value, record), newest: timestamp };
        });
        for (const { window, state, timestamp: newest } of around) {
          if (window.start <= timestamp && timestamp <= window.end)
            put(window.start, aggregate.add(state, value, record), Math.max(newest, timestamp));
        }
        for (const { start, state, newest } of created) put(start, state, newest);
      },
      ...closing,
    };
  });
}

/**
 * The windows that a record at `time` brings about, with the window whose records each takes over: the one that the record ends, the one that
 * begins after it, and the one that begins after the record before it. `around` holds the key's windows in the order of their starts.
 */
function newWindows<S>(around: readonly Known<S>[], time: number, size: number): { start: number; base: Known<S> | undefined }[] {
  const exists = (start: number): boolean => around.some(({ window }) => window.start === start);
  const created: { start: number; base: Known<S> | undefined }[] = [];
  const left = Math.max(0, time - size);
  if (!exists(left)) {
    const base = around.findLast(({ window, timestamp }) => window.start < left && timestamp >= left);
    created.push({ start: left, base });
  }
  const right = time + 1;
  if (!exists(right)) {
    const base = around.findLast(({ window }) => window.start <= time);
    if (base && base.timestamp > time) created.push({ start: right, base });
  }
  const before = around.reduce((newest, { timestamp }) => (timestamp < time ? Math.max(newest, timestamp) : newest), -1);
  const afterBefore = before + 1;
  if (before >= 0 && afterBefore !== left && afterBefore + size >= time && !exists(afterBefore)) {
    created.push({ start: afterBefore, base: undefined });
  }
  return created;
}
