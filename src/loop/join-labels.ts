import { map, type Observable, type OperatorFunction } from 'rxjs';

import type { FeatureEvent } from '../events/feature-event.js';
import type { LabelEvent } from '../events/label-event.js';
import type { Position } from '../log/log.js';
import { withValue, type StreamRecord } from '../record.js';
import { joinWithLabels, type LabelMatching } from './join-with-labels.js';

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
  /** The label that this one corrects, if it is a correction: the example replaces an earlier one. */
  readonly corrects?: string;
}

export interface JoinLabelsOptions extends LabelMatching {
  /** Identity of the state. */
  readonly name: string;
}

/** Joins features with labels of the same region and time of capture, as `joinWithLabels` does: each label, and each correction, makes one example. */
export function joinLabels(
  labels: Observable<StreamRecord<string, LabelEvent>>,
  options: JoinLabelsOptions,
): OperatorFunction<StreamRecord<string, FeatureEvent>, StreamRecord<string, Example>> {
  const keep = ({ origin, value }: StreamRecord<string, FeatureEvent>): Pick<Example, 'feature' | 'featurizer'> => ({
    feature: { topic: origin.topic, partition: origin.partition, offset: origin.offset },
    featurizer: value.featurizer,
  });
  return (features) =>
    features.pipe(
      joinWithLabels(labels, { ...options, keep }),
      map((record) => {
        const { kept, ...labelled } = record.value;
        return withValue<string, Example>(record, { ...labelled, ...kept });
      }),
    );
}
