import { filter, map, type Observable, type OperatorFunction } from 'rxjs';

import type { LabelEvent } from '../events/label-event.js';
import type { PredictionEvent } from '../events/prediction-event.js';
import { withValue, type StreamRecord } from '../record.js';
import { joinWithLabels, type LabelMatching } from './join-with-labels.js';

/** A prediction and the truth that came later. */
export interface Judgement {
  readonly predictionId: string;
  readonly camera: string;
  readonly region: string;
  readonly capturedAt: number;
  /** The version that predicted. */
  readonly version: string;
  readonly predicted: string;
  readonly label: string;
  readonly labelledAt: number;
}

export interface JudgeOptions extends LabelMatching {
  /** The head whose predictions are judged. Its name is the identity of the state. */
  readonly head: string;
}

/**
 * Judges the predictions of a head by labels that come later: progressive validation, test then train, since a prediction is made before its label is
 * known to anybody (Blum et al., COLT 1999). A corrected label judges again.
 */
export function judge(
  labels: Observable<StreamRecord<string, LabelEvent>>,
  { head, ...matching }: JudgeOptions,
): OperatorFunction<StreamRecord<string, PredictionEvent>, StreamRecord<string, Judgement>> {
  const keep = ({ value: { id, label, head: by } }: StreamRecord<string, PredictionEvent>) => ({
    predictionId: id,
    predicted: label,
    version: by.version,
  });
  return (predictions) =>
    predictions.pipe(
      filter(({ value }) => value.head.name === head),
      joinWithLabels(labels, { ...matching, name: `${head}-judged`, keep }),
      map((record) => {
        const { kept, ...labelled } = record.value;
        return withValue<string, Judgement>(record, { ...labelled, ...kept });
      }),
    );
}
