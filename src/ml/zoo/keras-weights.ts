import { error } from '../../errors.js';
import { readHdf5 } from '../formats/hdf5.js';
import { listLayerWeights } from '../formats/keras-h5.js';
import { withWeights, type KerasModel, type KerasWeight, type Untrained, type UntrainedLayer } from '../formats/keras-model.js';
import { kerasOrder } from './keras-order.js';

/** How many tensors of weights a layer of the zoo has. */
function weightCount({ className, config }: UntrainedLayer): number {
  if (className === 'Conv2D' || className === 'Dense') return config['use_bias'] === false ? 1 : 2;
  if (className === 'DepthwiseConv2D') return 1;
  if (className === 'SeparableConv2D') return 2;
  if (className === 'BatchNormalization') return config['scale'] === false ? 3 : 4;
  return 0;
}

/** Size of the last axis of a layer's kernel, where the configuration tells. */
function outputSize({ className, config }: UntrainedLayer): number | undefined {
  const size = className === 'Dense' ? config['units'] : className === 'Conv2D' ? config['filters'] : undefined;
  return typeof size === 'number' ? size : undefined;
}

/**
 * Gives a network of the zoo the weights of a Keras file (HDF5, as `keras.applications` fetches them), layer by layer in Keras' order: names
 * in those files depend on the session that wrote them. A file with a classifier serves a network without. Throws HW_MODEL_WEIGHTS when
 * counts or sizes differ.
 */
export function loadNetworkWeights(network: Untrained, file: string): Promise<KerasModel> {
  return readHdf5(file, (root) => {
    const saved = listLayerWeights(root.child('model_weights') ?? root).filter(({ names }) => names.length > 0);
    const wanted = kerasOrder(network).filter((layer) => weightCount(layer) > 0);
    if (saved.length < wanted.length)
      throw misfit(network, file, `it has ${saved.length} layers with weights, ${wanted.length} are needed`);
    const weights = new Map<string, readonly KerasWeight[]>();
    for (const [n, layer] of wanted.entries()) {
      const { name, names, read } = saved[n]!;
      const count = weightCount(layer);
      if (names.length !== count) throw misfit(network, file, `${name} has ${names.length} weights, ${layer.name} needs ${count}`);
      const tensors = read();
      const [size, got] = [outputSize(layer), tensors[0]!.shape.at(-1)];
      if (size !== undefined && got !== size) throw misfit(network, file, `${name} has ${got} outputs, ${layer.name} needs ${size}`);
      weights.set(layer.name, tensors);
    }
    return withWeights(network, ({ name }) => weights.get(name) ?? []);
  });
}

/** Turns the input channels of a kernel (rows, columns, input, output) round: a network trained on BGR then takes RGB. */
export function reverseInputChannels({ name, shape, data }: KerasWeight): KerasWeight {
  const [, , inputs, outputs] = shape as [number, number, number, number];
  const reversed = new Float32Array(data.length);
  for (let place = 0; place < data.length / (inputs * outputs); place++) {
    for (let input = 0; input < inputs; input++) {
      const from = (place * inputs + input) * outputs;
      reversed.set(data.subarray(from, from + outputs), (place * inputs + inputs - 1 - input) * outputs);
    }
  }
  return { name, shape, data: reversed };
}

function misfit(network: Untrained, file: string, problem: string): Error {
  return error('HW_MODEL_WEIGHTS', { file, model: network.name, problem });
}
