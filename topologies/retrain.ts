import { merge } from 'rxjs';

import {
  confidenceDrift,
  detectDrift,
  featureDrift,
  FeatureEvent,
  HEAD_COMMANDS_TOPIC,
  HEAD_METRICS_TOPIC,
  HeadCommand,
  HeadMetrics,
  joinLabels,
  judge,
  LabelEvent,
  ModelEvent,
  MODELS_TOPIC,
  PredictionEvent,
  progress,
  retrain,
  topology,
} from 'headwater';

const head = 'occupied';

/**
 * Labels that come late judge the predictions and join the features that were kept; every twenty of them (later every tenth part more), or a drift of the
 * error, of the features or of the confidence, train the region's head anew.
 */
export default topology('retrain', ({ source, step, sink }) => {
  const labels = source('labels', LabelEvent);
  const predictions = source('predictions', PredictionEvent);
  const judged = step('judged', predictions.pipe(judge(labels, { head })));
  const features = source('features', FeatureEvent);
  const examples = step('examples', features.pipe(joinLabels(labels, { name: 'examples' })));
  const drifts = step(
    'drifts',
    merge(
      features.pipe(detectDrift({ name: 'features', detector: featureDrift(), select: (value) => value.features })),
      predictions.pipe(confidenceDrift({ head })),
    ),
  );
  const commands = source(HEAD_COMMANDS_TOPIC, HeadCommand);
  sink(HEAD_METRICS_TOPIC, HeadMetrics, judged.pipe(progress({ head })));
  sink(MODELS_TOPIC, ModelEvent, examples.pipe(retrain({ head, every: 20, judged, drifts, commands })));
});
