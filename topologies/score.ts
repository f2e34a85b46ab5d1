import { decode, FeatureEvent, ImageEvent, predict, PredictionEvent, regions, topology, transform } from 'headwater';

/** Live predictions for every region of every camera. */
export default topology('score', ({ source, step, sink, models }) => {
  const frames = source('camera-frames', ImageEvent);
  const features = step(
    'features',
    frames.pipe(regions(), decode({ width: 224, height: 224 }), transform(models.featurizer('EfficientNetLite0'))),
  );
  const predictions = step('predictions', features.pipe(predict(models.head('occupied'))));
  sink('features', FeatureEvent, features);
  sink('predictions', PredictionEvent, predictions);
});
