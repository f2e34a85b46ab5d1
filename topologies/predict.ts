import { FeatureEvent, predict, PredictionEvent, topology } from 'headwater';

/** Live predictions from features that another topology, such as featurize, has written. */
export default topology('predict', ({ source, sink, models }) => {
  sink('predictions', PredictionEvent, source('features', FeatureEvent).pipe(predict(models.head('occupied'))));
});
