import { filter, type OperatorFunction } from 'rxjs';

import type { PredictionEvent } from '../../events/prediction-event.js';
import type { StreamRecord } from '../../record.js';
import { detectDrift, type DriftEvent } from './detect-drift.js';
import type { DriftDetector } from './drift-detector.js';
import { pageHinkley } from './page-hinkley.js';

/** What a head's confidence is watched with, where nothing else is said. */
export const confidenceDetector = pageHinkley({ minInstances: 20, delta: 0.02, threshold: 4 });

export interface ConfidenceDriftOptions {
  /** The head whose predictions are watched. */
  readonly head: string;
  /** Identity of the state: unique in the topology, stable across releases. Default the head's name with `-confidence`. */
  readonly name?: string;
  /**
   * Watches the largest probability of each prediction. Default: a Page-Hinkley test for a change either way, since a head may well be surer of pictures that it
   * has never seen. How long it takes, and how seldom it is wrong, on two cameras: test/golden/drift/README.md.
   */
  readonly detector?: DriftDetector<number>;
}

/**
 * Watches how sure a head is of what it says, region by region: a sign of drift that needs no labels, for `retrain({ drifts })`. A new version is sure in a way of its own:
 * the detector begins anew with each, and so has nothing to say while a canary takes turns with the champion.
 *
 * @example retrain({ head, every: 20, drifts: predictions.pipe(confidenceDrift({ head })) })
 */
export function confidenceDrift({
  head,
  name = `${head}-confidence`,
  detector = confidenceDetector,
}: ConfidenceDriftOptions): OperatorFunction<StreamRecord<string, PredictionEvent>, StreamRecord<string, DriftEvent>> {
  return (predictions) =>
    predictions.pipe(
      filter(({ value }) => value.head.name === head),
      detectDrift({
        name,
        detector,
        select: ({ probabilities }) => Math.max(...probabilities),
        madeBy: (prediction) => prediction.head.version,
        of: 'confidence',
      }),
    );
}
