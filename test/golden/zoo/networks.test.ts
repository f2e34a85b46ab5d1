import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';
import { networkNames, type NetworkName, type NetworkOutput } from '../../../src/ml/zoo/architectures/architecture.js';
import { architectures, networkToOnnx } from '../../../src/ml/zoo/zoo.js';
import { pictures, weightOf, type Constants } from './formula.js';

const goldens = new URL('networks/', import.meta.url).pathname;

type Layers = [layer: string, weights: [name: string, shape: number[]][]][];

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'headwater-zoo-'))));
afterAll(() => rm(directory, { recursive: true }));

/** A file of weights in the layout of `keras.applications`, with the names and the order that Keras gave. */
async function writeWeights(name: NetworkName): Promise<string> {
  const { layers, ...constants } = JSON.parse(await readFile(`${goldens}${name}.json`, 'utf8')) as Constants & { layers: Layers };
  const path = join(directory, `${name}.h5`);
  await ready;
  const file = new File(path, 'w');
  file.create_attribute(
    'layer_names',
    layers.map(([layer]) => layer),
  );
  for (const [k, [layer, weights]] of layers.entries()) {
    const group = file.create_group(layer);
    group.create_attribute(
      'weight_names',
      weights.map(([weight]) => weight),
    );
    for (const [j, [weight, shape]] of weights.entries()) {
      const folder = weight.split('/').slice(0, -1).join('/');
      if (j === 0) group.create_group(folder);
      group.create_dataset({ name: weight, data: weightOf(weight, shape, 8 * k + j, constants), shape });
    }
  }
  file.close();
  return path;
}

async function answers(name: NetworkName, output: NetworkOutput, weights: string): Promise<Float32Array> {
  const { size } = architectures[name];
  const session = await InferenceSession.create(await networkToOnnx(name, output, { weights }));
  const results = await session.run({ image: new Tensor('uint8', pictures(size), [2, size, size, 3]) });
  await session.release();
  return results[session.outputNames[0]!]!.data as Float32Array;
}

function largest(values: Float32Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

function topFive(probabilities: Float32Array): number[] {
  return [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!).slice(0, 5);
}

describe.each(networkNames)('%s with the weights of a formula', (name) => {
  let weights: string;
  let expected: Record<'predictions' | 'features' | 'featureMap', Float32Array>;
  beforeAll(async () => {
    weights = await writeWeights(name);
    expected = await readHdf5(`${goldens}${name}.golden.h5`, (root) => ({
      predictions: root.floats('predictions').data,
      features: root.floats('features').data,
      featureMap: root.floats('featureMap').data,
    }));
  });
  afterAll(() => rm(weights));

  it('averages the feature map as Keras does, to 1e-4', async () => {
    const features = await answers(name, 'features', weights);
    const difference = largest(features.map((value, n) => value - expected.features[n]!)) / largest(expected.features);
    expect(features).toHaveLength(expected.features.length);
    expect(difference).toBeLessThan(1e-4);
  });

  it('gives the feature map in the order of Keras, to 1e-4', async () => {
    const map = await answers(name, 'featureMap', weights);
    const length = map.length / 2;
    const [height, width, channels] = architectures[name].featureMap;
    expect(length).toBe(height * width * channels);
    const sampled = [0, 1].flatMap((row) => Array.from({ length: Math.ceil(length / 101) }, (_, n) => map[row * length + n * 101]!));
    const difference = largest(Float32Array.from(sampled, (value, n) => value - expected.featureMap[n]!)) / largest(expected.featureMap);
    expect(difference).toBeLessThan(1e-4);
  });

  it('gives the probabilities of Keras to 2e-4 and the same five first, in order', async () => {
    const predictions = await answers(name, 'predictions', weights);
    for (let n = 0; n < expected.predictions.length; n++) {
      expect(Math.abs(predictions[n]! / expected.predictions[n]! - 1)).toBeLessThan(2e-4);
    }
    for (const row of [0, 1]) {
      const slice = (all: Float32Array): Float32Array => all.subarray(row * 1000, (row + 1) * 1000);
      expect(topFive(slice(predictions))).toEqual(topFive(slice(expected.predictions)));
    }
  });
});
