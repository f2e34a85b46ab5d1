import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';
import { networkNames, type NetworkName, type NetworkOutput } from '../../../src/ml/zoo/architectures/architecture.js';
import { architectures, networkToOnnx } from '../../../src/ml/zoo/zoo.js';
import { expectParity } from '../../parity.js';
import { pictures } from './formula.js';
import { writeWeights } from './write-weights.js';

const goldens = new URL('networks/', import.meta.url).pathname;

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'headwater-zoo-'))));
afterAll(() => rm(directory, { recursive: true }));

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
    weights = join(directory, `${name}.h5`);
    await writeWeights(name, weights);
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
    expectParity(`${name}: features`, difference);
  });

  it('gives the feature map in the order of Keras, to 1e-4', async () => {
    const map = await answers(name, 'featureMap', weights);
    const length = map.length / 2;
    const [height, width, channels] = architectures[name].featureMap;
    expect(length).toBe(height * width * channels);
    const sampled = [0, 1].flatMap((row) => Array.from({ length: Math.ceil(length / 101) }, (_, n) => map[row * length + n * 101]!));
    const difference = largest(Float32Array.from(sampled, (value, n) => value - expected.featureMap[n]!)) / largest(expected.featureMap);
    expectParity(`${name}: features`, difference);
  });

  it('gives the probabilities of Keras to 2e-4 and the same five first, in order', async () => {
    const predictions = await answers(name, 'predictions', weights);
    expectParity(`${name}: probabilities`, largest(predictions.map((value, n) => value / expected.predictions[n]! - 1)));
    for (const row of [0, 1]) {
      const slice = (all: Float32Array): Float32Array => all.subarray(row * 1000, (row + 1) * 1000);
      expect(topFive(slice(predictions))).toEqual(topFive(slice(expected.predictions)));
    }
  });
});
