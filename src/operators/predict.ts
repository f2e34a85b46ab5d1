import { defer, map, type OperatorFunction } from 'rxjs';

import type { FeatureEvent } from '../events/feature-event.js';
import type { PredictionEvent } from '../events/prediction-event.js';
import { predictionId } from '../events/prediction-id.js';
import type { HeadHandle } from '../loop/models.js';
import { argmax } from '../ml/solve/vector-math.js';
import { withValue, type StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';

/**
 * Predicts with the champion of `head`, the most specific one for the record's region, or with a challenger in canary on its share. All records of an
 * epoch meet the same versions, each prediction names its own. Where no champion is registered yet, the featurizer's own classifier answers with its five most probable classes.
 */
export function predict<K>(head: HeadHandle): OperatorFunction<StreamRecord<K, FeatureEvent>, StreamRecord<K, PredictionEvent>> {
  return (source) =>
    defer(() => {
      const { clock } = currentTask('predict');
      const pinned = head.pin();
      return source.pipe(
        map((record) => {
          const { camera, region, capturedAt, featurizer, features, classes, frame } = record.value;
          const version = pinned.headFor(camera, region, capturedAt);
          const labels = version?.labels ?? classes.map(({ label }) => label);
          const probabilities = version ? Array.from(version.predict(features)) : classes.map(({ probability }) => probability);
          return withValue(record, {
            id: predictionId(frame, region),
            camera,
            region,
            capturedAt,
            predictedAt: clock.now(),
            head: version ? { name: head.name, version: version.version } : { name: 'classifier', version: featurizer },
            featurizer,
            label: labels[argmax(probabilities)] ?? '',
            labels: [...labels],
            probabilities,
            frame,
          });
        }),
      );
    });
}
