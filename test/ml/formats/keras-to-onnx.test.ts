import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';
import { readKerasModel } from '../../../src/ml/formats/keras-file.js';
import { readKerasH5 } from '../../../src/ml/formats/keras-h5.js';
import type { KerasLayer, KerasModel, KerasTensor, KerasWeight } from '../../../src/ml/formats/keras-model.js';
import { kerasToOnnx } from '../../../src/ml/formats/keras-to-onnx/convert.js';
import { readKerasArchive } from '../../../src/ml/formats/keras-v3.js';
import { expectParity, relativeDifference } from '../../parity.js';
import { ModelProto } from '../../../src/ml/formats/onnx-schema.js';

const layers = new URL('../../golden/zoo/layers/', import.meta.url).pathname;

interface Answer {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Keras' own inputs and outputs, written by make_layers.py. */
function golden(name: string): Promise<{ inputs: Record<string, Answer>; outputs: Answer[] }> {
  return readHdf5(`${layers}${name}.golden.h5`, (root) => {
    const inputs = root.child('inputs')!;
    const outputs = root.child('outputs')!;
    return {
      inputs: Object.fromEntries(inputs.keys().map((key) => [key, inputs.floats(key)])),
      outputs: outputs.keys().map((_, n) => outputs.floats(String(n))),
    };
  });
}

async function run(model: KerasModel, inputs: Record<string, Answer>): Promise<Record<string, Answer>> {
  const session = await InferenceSession.create(kerasToOnnx(model));
  const feeds = Object.entries(inputs).map(([name, { shape, data }]) => {
    const isInteger = session.inputMetadata.some((input) => input.name === name && input.isTensor && input.type === 'int32');
    return [name, isInteger ? new Tensor('int32', Int32Array.from(data), shape) : new Tensor('float32', data, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { shape: dims, data: data as Float32Array }]));
}

describe.each(['image.keras', 'sequence.keras', 'nested.keras', 'nested.h5', 'plain.keras', 'plain.h5'])('%s', (file) => {
  it('answers as Keras does, in every output', async () => {
    const model = await readKerasModel(`${layers}${file}`);
    const { inputs, outputs } = await golden(file.split('.')[0]!);
    const results = await run(model, inputs);
    for (const [n, { layer }] of model.outputs.entries()) {
      expect(results[layer]!.shape, layer).toEqual(outputs[n]!.shape);
      expectParity('Keras layers as ONNX', relativeDifference(results[layer]!.data, outputs[n]!.data));
    }
  });
});

it('turns a picture once at the entrance and never between layers', () => {
  const model = chain(
    { className: 'Conv2D', config: { kernel_size: 1 }, weights: [weight([1, 1, 3, 4]), weight([4])] },
    { className: 'BatchNormalization', config: {}, weights: Array.from({ length: 4 }, () => weight([4])) },
    { className: 'Activation', config: { activation: 'relu' } },
    { className: 'MaxPooling2D', config: {} },
    { className: 'GlobalAveragePooling2D', config: {} },
  );
  const { graph } = ModelProto.decode(kerasToOnnx(model)) as unknown as { graph: { node: { op_type: string }[] } };
  expect(graph.node.filter(({ op_type: operator }) => operator === 'Transpose')).toHaveLength(1);
});

it('names the layer that it cannot write', () => {
  const model = chain({ className: 'MultiHeadAttention', config: {} });
  expect(() => kerasToOnnx(model)).toThrow(/layer layer_1 \(MultiHeadAttention\) cannot be written as ONNX/);
});

it('says what is wrong with a layer that it knows', () => {
  const model = chain({ className: 'Conv2D', config: { data_format: 'channels_first' }, weights: [weight([1, 1, 3, 4]), weight([4])] });
  expect(() => kerasToOnnx(model)).toThrow(/layer_1 \(Conv2D\).*data_format channels_first/);
});

it('refuses files that are no models, and says why', async () => {
  const script = new URL('../../golden/zoo/make_layers.py', import.meta.url).pathname;
  await expect(readKerasH5(script)).rejects.toThrow(/HDF5 says: file signature not found/);
  await expect(readKerasArchive(script)).rejects.toThrow(/no zip archive/);
  await expect(readKerasH5(`${layers}plain.golden.h5`)).rejects.toThrow(/no model_config/);
  expect(() => readKerasModel('model.pb')).toThrow(/ends in none of/);
});

function weight(shape: number[]): KerasWeight {
  const size = shape.reduce((product, length) => product * length, 1);
  return { name: '', shape, data: new Float32Array(size) };
}

/** A chain of layers behind a 4 x 4 picture. */
function chain(...layers: { className: string; config: Record<string, unknown>; weights?: KerasWeight[] }[]): KerasModel {
  const input: KerasLayer = {
    className: 'InputLayer',
    name: 'layer_0',
    config: { batch_shape: [null, 4, 4, 3] },
    calls: [[]],
    weights: [],
  };
  const rest = layers.map((layer, n): KerasLayer => {
    return { name: `layer_${n + 1}`, calls: [[{ layer: `layer_${n}`, call: 0, output: 0 }]], weights: [], ...layer };
  });
  const tensor = (layer: string): KerasTensor => ({ layer, call: 0, output: 0 });
  return {
    name: 'chain',
    layers: [input, ...rest],
    inputs: [tensor('layer_0')],
    outputs: [tensor(`layer_${layers.length}`)],
    generation: 3,
  };
}
