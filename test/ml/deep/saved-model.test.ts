import { afterAll, expect, it } from 'vitest';
import { closeModels, Dataset, TFTransformer } from '../../../src/index.js';
import { TfjsModel } from '../../../src/ml/engines/tfjs-model.js';
import { loadTfjs } from '../../../src/ml/engines/tfjs.js';
import { hasTfjsNode } from './has-tfjs-node.js';

const modelFile = new URL('../../golden/zoo/tensorflow/affine', import.meta.url).pathname;
afterAll(closeModels);

it.skipIf(!hasTfjsNode)('runs a SavedModel by the keys of its signature (skipped without tfjs-node)', async () => {
  const stage = new TFTransformer({ modelFile, inputMapping: { x: 'x' }, outputMapping: { y: 'y', z: 'z' } });
  const rows = await stage.transform(Dataset.fromRows([{ x: [1, 0, 0] }, { x: [1, 1, 9] }])).toRows();
  expect(rows.map(({ y, z }) => [[...(y as Float32Array)], z])).toEqual([
    [[1, 2], 1],
    [[49, 60], 9],
  ]);
});

it.skipIf(!hasTfjsNode)('runs another signature, and takes tensors by their own names (skipped without tfjs-node)', async () => {
  const rows = Dataset.fromRows([{ x: [1, 2, 3] }]);
  const twice = { modelFile, tagSet: ['serve'], signatureDefKey: 'twice' };
  const [byKey] = await new TFTransformer({ ...twice, inputCol: 'x', outputCol: 'y' }).transform(rows).toRows();
  expect([...(byKey!['y'] as Float32Array)]).toEqual([2, 4, 6]);
  const byTensor = new TFTransformer({ ...twice, inputMapping: { x: 'twice_x:0' }, outputMapping: { 'PartitionedCall:0': 'y' } });
  const [same] = await byTensor.transform(rows).toRows();
  expect([...(same!['y'] as Float32Array)]).toEqual([2, 4, 6]);
  const answer = (options: object) => new TFTransformer({ ...twice, ...options, inputCol: 'x', outputCol: 'y' }).transform(rows).count();
  await expect(answer({ signatureDefKey: 'none' })).rejects.toThrow('has no signature none, only serving_default');
  await expect(answer({ tagSet: ['gpu'] })).rejects.toThrow('has no graph with the tags [gpu], only [serve]');
});

it.skipIf(!hasTfjsNode)('gives back every tensor in TensorFlow, also when a run fails (skipped without tfjs-node)', async () => {
  const { tf, description } = await loadTfjs(false);
  expect(description).toMatch(/on tensorflow/);
  const x = { type: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } as const;
  for (const [file, feeds, outputs] of [
    [modelFile, { x }, ['y']],
    [
      new URL('../../golden/zoo/tensorflow/picture/frozen.pb', import.meta.url).pathname,
      { sparkdl_image_input: { ...x, shape: [1, 1, 1, 3] } },
      ['Identity'],
    ],
  ] as const) {
    const model = await TfjsModel.load(tf, { file });
    await model.run(feeds, outputs);
    const after = tf.memory().numTensors;
    for (let n = 0; n < 3; n++) await model.run(feeds, outputs);
    const wrong = Object.fromEntries(Object.keys(feeds).map((name) => [name, { ...x, shape: [3] }]));
    await expect(model.run(wrong, outputs)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(after);
    model.dispose();
  }
});
