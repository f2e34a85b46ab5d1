import { concatMap, defer, type OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../../record.js';
import { json } from '../../serde/json.js';
import { currentTask } from '../../topology/task-context.js';
import type { DriftDetector } from './drift-detector.js';
import { DriftStates } from './drift-states.js';

/** A change that a detector has found. */
export interface DriftEvent {
  readonly detector: string;
  /** What it watches, in a word: `features`, `confidence`. */
  readonly of: string;
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
  /** What a value was made by, such as the version that predicted: with another one the detector begins anew, since its values are of another kind. */
  readonly madeBy?: (value: V) => string;
  /** A word for it, which the events and the reasons of trainings take. Default the `name`. */
  readonly of?: string;
}

/** Drift events as JSON. */
export const DriftEvent = json<DriftEvent>();

/**
 * Watches the values of every key for a change and emits an event when there is one: a record for a topic, a reason for `retrain({ drifts })`.
 *
 * @example features.pipe(detectDrift({ name: 'features', detector: featureDrift(), select: ({ features }) => features }))
 */
export function detectDrift<V, T, S>({
  name,
  detector,
  select,
  madeBy,
  of = name,
}: DetectDriftOptions<V, T, S>): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, DriftEvent>> {
  return (source) =>
    defer(() => {
      const task = currentTask(name);
      const states = new DriftStates(task, name, detector);
      return source.pipe(
        concatMap((record) => {
          try {
            const by = madeBy?.(record.value);
            const { state, values } = states.get(record.key, by);
            const { drift, statistic } = detector.update(state, select(record.value), record.timestamp);
            states.set(record.key, { state, values: drift ? 0 : values + 1, ...(by !== undefined && { by }) });
            if (!drift) return [];
            return [withValue(record, { detector: detector.name, of, detectedAt: record.timestamp, statistic, values: values + 1 })];
          } catch (reason) {
            task.fail(record, name, reason);
            return [];
          }
        }),
      );
    });
}
