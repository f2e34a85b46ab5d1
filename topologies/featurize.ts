import { decode, FeatureEvent, ImageEvent, regions, topology, transform } from 'headwater';

/** Writes the features of every region once; every head reads them, on any number of topologies such as predict. */
export default topology('featurize', ({ source, sink, models }) => {
  const frames = source('camera-frames', ImageEvent);
  const features = frames.pipe(regions(), decode({ width: 224, height: 224 }), transform(models.featurizer('EfficientNetLite0')));
  sink('features', FeatureEvent, features);
});
