import { concatMap, defer, type OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../../record.js';
import { currentTask } from '../../topology/task-context.js';
import type { DriftDetector } from './drift-detector.js';

/** A change that a detector has found. */
export interface DriftEvent {
  readonly detector: string;
  /** Event time of the value at which it was found, milliseconds since 1970. */
  readonly detectedAt: number;
  /** What the detector judged by. */
  readonly statistic: number;
  /** Values of the key since the start or since its last drift, this one included. */
  readonly values: number;
}

export interface DetectDriftOptions<V, T, S> {
  /** Identity of the state: unique in the topology, stable across releases. */
  readonly name: string;
  readonly detector: DriftDetector<T, S>;
  /** What is watched: an error, a confidence, a feature vector. */
  readonly select: (value: V) => T;
}

/**
 * Watches the values of every key for a change and emits an event when there is one.
 *
 * @example features.pipe(detectDrift({ name: 'view', detector: featureDrift({ test: 'energy' }), select: ({ features }) => features }))
 */
export function detectDrift<V, T, S>({
  name,
  detector,
  select,
}: DetectDriftOptions<V, T, S>): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, DriftEvent>> {
  return (source) =>
    defer(() => {
      const task = currentTask(name);
      const store = task.store<{ readonly state: S; readonly values: number }>(name);
      return source.pipe(
        concatMap((record) => {
          try {
            const { state, values } = store.get(record.key) ?? { state: detector.seed(), values: 0 };
            const { drift, statistic } = detector.update(state, select(record.value));
            store.set(record.key, { state, values: drift ? 0 : values + 1 });
            if (!drift) return [];
            return [withValue(record, { detector: detector.name, detectedAt: record.timestamp, statistic, values: values + 1 })];
          } catch (reason) {
            task.fail(record, name, reason);
            return [];
          }
        }),
      );
    });
}
