import { FeatureEvent, joinLabels, LabelEvent, ModelEvent, MODELS_TOPIC, retrain, topology } from 'headwater';

/** Labels that come late join the features that were kept, and every twenty of them train the region's head anew. */
export default topology('retrain', ({ source, step, sink }) => {
  const labels = source('labels', LabelEvent);
  const examples = step('examples', source('features', FeatureEvent).pipe(joinLabels(labels, { name: 'examples' })));
  sink(MODELS_TOPIC, ModelEvent, examples.pipe(retrain({ head: 'occupied', every: 20 })));
});
