import { defer, concatMap, type OperatorFunction } from 'rxjs';

import { error } from '../../errors.js';
import type { FeatureEvent } from '../../events/feature-event.js';
import type { StreamRecord } from '../../record.js';
import type { Aggregator } from '../../time/aggregate/aggregator.js';
import type { Windowed } from '../../time/windowed.js';
import { currentTask } from '../../topology/task-context.js';
import { slidingFeatures, type FeaturesOptions } from './sliding-features.js';
import type { Emit } from './window-options.js';

export interface CountOptions<V, S, R> {
  /** Identity of the state: unique in the topology, stable across releases. */
  readonly name: string;
  /** Records in a window. */
  readonly size: number;
  /** Records from the beginning of one window to that of the next. Default `size`: windows side by side. */
  readonly advance?: number;
  readonly aggregate: Aggregator<V, S, R>;
  /** `final` (default) when a window is full, `update` with every record, for every window that it is in. */
  readonly emit?: Emit;
}

export interface CountFeaturesOptions extends FeaturesOptions {
  /** A frame's window holds so many frames, itself included. */
  readonly size: number;
}

interface Open<S> {
  readonly n: number;
  readonly start: number;
  readonly end: number;
  readonly state: S;
}

/**
 * Windows of `size` records of a key, in the order in which they come. `start` and `end` are the oldest and the newest event time in a window.
 *
 * With `features` instead of `aggregate`: every frame's features with those of the `size` - 1 frames before it, emitted with every frame.
 */
export function count(
  options: CountFeaturesOptions,
): OperatorFunction<StreamRecord<string, FeatureEvent>, StreamRecord<string, FeatureEvent>>;
export function count<V, S, R>(
  options: CountOptions<V, S, R>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R>>>;
export function count<V, S, R>(options: CountOptions<V, S, R> | CountFeaturesOptions) {
  return 'features' in options ? slidingFeatures(options, { frames: options.size, span: Infinity }) : countAggregate(options);
}

function countAggregate<V, S, R>({
  name,
  size,
  advance = size,
  aggregate,
  emit = 'final',
}: CountOptions<V, S, R>): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R>>> {
  const whole = Number.isSafeInteger(size) && Number.isSafeInteger(advance);
  if (!whole || advance < 1 || advance > size)
    throw error('HW_WINDOW', { name, problem: 'size and advance must be whole, 1 <= advance <= size' });
  return (source) =>
    defer(() => {
      const task = currentTask(name);
      /** The number of records of a key so far, modulo `advance`, and its windows that are not full, the oldest first. */
      const store = task.store<{ readonly seen: number; readonly open: readonly Open<S>[] }>(name);

      const next = (record: StreamRecord<string, V>): StreamRecord<string, Windowed<R>>[] => {
        const { key, timestamp, value } = record;
        const known = store.get(key) ?? { seen: 0, open: [] };
        const begun = known.seen === 0 ? [{ n: 0, start: timestamp, end: timestamp, state: aggregate.seed() }] : [];
        const open = [...known.open, ...begun].map(({ n, start, end, state }): Open<S> => ({
          n: n + 1,
          start: Math.min(start, timestamp),
          end: Math.max(end, timestamp),
          state: aggregate.add(state, value, record),
        }));
        const results = open
          .filter(({ n }) => emit === 'update' || n === size)
          .map(({ start, end, state }) => ({ ...record, value: { start, end, value: aggregate.result(state) }, timestamp: end }));
        store.set(key, { seen: (known.seen + 1) % advance, open: open.filter(({ n }) => n < size) });
        return results;
      };
      return source.pipe(
        concatMap((record) => {
          try {
            return next(record);
          } catch (reason) {
            task.fail(record, name, reason);
            return [];
          }
        }),
      );
    });
}
