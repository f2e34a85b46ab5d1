import { defer, EMPTY, map, merge, mergeMap, of, type Observable, type OperatorFunction } from 'rxjs';

import type { FeatureEvent } from '../events/feature-event.js';
import type { LabelEvent } from '../events/label-event.js';
import type { Position } from '../log/log.js';
import { withValue, type StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
import { Ring } from './ring.js';

/** A labelled feature vector: where it lies in the feature log, and what it shows. */
export interface Example {
  readonly camera: string;
  readonly region: string;
  readonly capturedAt: number;
  readonly featurizer: string;
  readonly feature: Position;
  readonly label: string;
  /** When the label was given, milliseconds since 1970. */
  readonly labelledAt: number;
}

export interface JoinLabelsOptions {
  /** Identity of the state. */
  readonly name: string;
  /** Frames per region that a label may lie behind. Older ones are unknown by then. Default 10,000. */
  readonly horizon?: number;
}

/** What waits for its other half, by time of capture. */
interface Half {
  readonly feature?: { readonly position: Position; readonly featurizer: string };
  readonly label?: { readonly label: string; readonly labelledAt: number };
}

/**
 * Joins features with labels of the same region and time of capture, whichever comes first, however late. A label given twice is one example; one that
 * differs from the last is a correction and makes a new example; one whose frame never comes, or lies further back than `horizon`, makes none.
 */
export function joinLabels(
  labels: Observable<StreamRecord<string, LabelEvent>>,
  { name, horizon = 10_000 }: JoinLabelsOptions,
): OperatorFunction<StreamRecord<string, FeatureEvent>, StreamRecord<string, Example>> {
  return (features) =>
    defer(() => {
      const task = currentTask('joinLabels');
      const halves = task.store<Half>(`${name}-halves`);
      const remembered = new Ring<string>(task.store(`${name}-next`), task.store(`${name}-ring`), horizon);

      const featureCame = (record: StreamRecord<string, FeatureEvent>): Half => {
        const { topic, partition, offset } = record.origin;
        return { feature: { position: { topic, partition, offset }, featurizer: record.value.featurizer } };
      };
      const labelCame = ({ value }: StreamRecord<string, LabelEvent>): Half => ({
        label: { label: value.label, labelledAt: value.labelledAt },
      });

      return merge(
        features.pipe(map((record) => ({ record, half: featureCame(record) }))),
        labels.pipe(map((record) => ({ record, half: labelCame(record) }))),
      ).pipe(
        mergeMap(({ record, half }) => {
          const { camera, region, capturedAt } = record.value;
          const id = `${record.key}@${capturedAt}`;
          const before = halves.get(id);
          const forgotten = before ? undefined : remembered.push(record.key, id);
          if (forgotten !== undefined) halves.delete(forgotten);
          const { feature, label } = { ...before, ...half };
          halves.set(id, { ...(feature && { feature }), ...(label && { label }) });
          const news = before?.label?.label !== label?.label || before?.feature === undefined;
          if (!feature || !label || !news) return EMPTY;
          const example = { camera, region, capturedAt, featurizer: feature.featurizer, feature: feature.position, ...label };
          return of(withValue<string, Example>(record, example));
        }),
      );
    });
}
