import { defer, map, type OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../record.js';
import type { Format } from '../serde/serde.js';
import { currentTask } from '../topology/task-context.js';

export interface ScanStateOptions<S> {
  /** Identity of the state: unique in the topology, stable across releases. */
  readonly name: string;
  /** The state of a key that was not seen before. */
  readonly seed: () => S;
  /** How the state lies in its changelog. Default: V8's structured clone. */
  readonly format?: Format<S>;
}

/**
 * Folds the values of each key into a state that survives epochs and restarts, and emits the state after every record: Kafka Streams' `aggregate`.
 *
 * @example frames.pipe(scanState({ name: 'count', seed: () => 0 }, (count) => count + 1))
 */
export function scanState<V, S>(
  { name, seed, format }: ScanStateOptions<S>,
  accumulate: (state: S, value: V, record: StreamRecord<string, V>) => S,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, S>> {
  return (source) =>
    defer(() => {
      const store = currentTask('scanState').store(name, format);
      return source.pipe(
        map((record) => {
          const state = accumulate(store.get(record.key) ?? seed(), record.value, record);
          store.set(record.key, state);
          return withValue(record, state);
        }),
      );
    });
}
