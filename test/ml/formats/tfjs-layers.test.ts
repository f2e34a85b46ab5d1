import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readKerasModel } from '../../../src/ml/formats/keras-file.js';
import { kerasToOnnx } from '../../../src/ml/formats/keras-to-onnx/convert.js';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'tfjs-layers-'))));
afterEach(() => rm(directory, { recursive: true }));

async function save(model: tf.LayersModel): Promise<string> {
  const file = join(directory, 'model.json');
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(file, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
      await writeFile(join(directory, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return file;
}

it('reads a TF.js layers model and answers as TF.js does', async () => {
  const base = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [12, 10, 3], filters: 8, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
      tf.layers.batchNormalization({ betaInitializer: 'randomNormal', movingMeanInitializer: 'randomNormal' }),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
    ],
  });
  const input = tf.input({ shape: [12, 10, 3] });
  const features = base.apply(input) as tf.SymbolicTensor;
  const gate = tf.layers.conv2d({ filters: 8, kernelSize: 1, activation: 'hardSigmoid' }).apply(features) as tf.SymbolicTensor;
  const gated = tf.layers.multiply().apply([features, gate]) as tf.SymbolicTensor;
  const pooled = tf.layers.globalAveragePooling2d({}).apply(gated) as tf.SymbolicTensor;
  const model = tf.model({
    inputs: input,
    outputs: tf.layers.dense({ units: 5, activation: 'softmax' }).apply(pooled) as tf.SymbolicTensor,
  });

  const picture = tf.randomNormal([3, 12, 10, 3], 0, 1, 'float32', 11);
  const expected = await (model.predict(picture) as tf.Tensor).data();
  const session = await InferenceSession.create(kerasToOnnx(await readKerasModel(await save(model))));
  const feeds = { [session.inputNames[0]!]: new Tensor('float32', await picture.data<'float32'>(), picture.shape) };
  const { [session.outputNames[0]!]: output } = await session.run(feeds);
  await session.release();

  expect(output!.dims).toEqual([3, 5]);
  expected.forEach((value, n) => expect((output!.data as Float32Array)[n]).toBeCloseTo(value, 6));
  tf.disposeVariables();
});
