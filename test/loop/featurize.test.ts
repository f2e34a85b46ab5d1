import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';

import { FeatureEvent, featurizer, Head, ImageEvent, LanePool, PredictionEvent, type Models, type Topology } from '../../src/index.js';
import { sampleCamera } from '../../src/demo/sample-camera.js';
import { TopologyDriver } from '../../src/testing/index.js';
import featurize from '../../topologies/featurize.js';
import predict from '../../topologies/predict.js';
import score from '../../topologies/score.js';

const lanes = new LanePool({ count: 1, device: 'cpu' });
const network = featurizer('EfficientNetLite0', { lanes });
afterAll(() => lanes.close());

const coefficients = Float64Array.from({ length: network.dimension }, (_, at) => Math.sin(at) / 10);
const head = new Head({
  name: 'occupied',
  labels: ['clear', 'occupied'],
  width: network.dimension,
  coefficients,
  intercepts: Float64Array.of(0),
});
const models: Models = {
  featurizer: (name) => ({
    name,
    apply: async ({ image, camera, region, capturedAt, frame }) => {
      const { features, classes } = await network.apply(image);
      return { camera, region, capturedAt, featurizer: network.version, features, classes, frame };
    },
  }),
  detector: () => expect.fail('there is no detector'),
  head: (name) => ({ name, pin: () => ({ headFor: () => head }) }),
};
const { camera, frames } = await sampleCamera();
const pictures = frames.slice(0, 3).map(({ file, offsetMs }) => {
  const picture = { encoding: 'image/jpeg', width: camera.width, height: camera.height, bytes: readFileSync(file) };
  const value: ImageEvent = { camera: camera.camera, capturedAt: offsetMs, ...picture, uri: null, sha256: null, attributes: {} };
  return { key: camera.camera, value, timestamp: offsetMs };
});

const start = (topology: Topology) => TopologyDriver.start(topology, { models, cameras: [camera] });

it('featurize, then predict, gives the predictions of score', async () => {
  const [writing, reading, both] = [await start(featurize), await start(predict), await start(score)];
  await writing.pipe('camera-frames', ImageEvent, pictures);
  await both.pipe('camera-frames', ImageEvent, pictures);
  const features = await writing.read('features', FeatureEvent);
  await reading.pipe('features', FeatureEvent, features);
  const [apart, together] = [await reading.read('predictions', PredictionEvent), await both.read('predictions', PredictionEvent)];
  expect(features).toHaveLength(pictures.length * camera.regions.length);
  const scored = (found: typeof apart) => found.map(({ key, value }) => ({ key, ...value, predictedAt: 0 }));
  expect(scored(apart)).toEqual(scored(together));
  expect(new Set(apart.map(({ value }) => value.probabilities[0])).size).toBeGreaterThan(1);
  for (const driver of [writing, reading, both]) await driver.close();
});
