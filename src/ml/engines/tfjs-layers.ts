import type * as tfjs from '@tensorflow/tfjs';
import type { LayersSource } from './tensor-protocol.js';
import type { Tfjs } from './tfjs.js';

/** Weights by the path of their layer, in Keras' order. */
export type LayerNumbers = LayersSource['weights'];

interface Layers {
  getLayer(name: string): tfjs.layers.Layer;
}

/** A layers model with its weights. The caller disposes of it. */
export async function makeLayersModel(tf: Tfjs, { topology, weights }: LayersSource): Promise<tfjs.LayersModel> {
  const model = await tf.models.modelFromJSON({ modelTopology: topology } as never);
  for (const [path, numbers] of Object.entries(weights)) {
    const layer = layerAt(model, path);
    const tensors = layer.weights.map(({ shape }, n) => tf.tensor(numbers[n]!, shape as number[]));
    layer.setWeights(tensors);
    tf.dispose(tensors);
  }
  return model;
}

/** The weights of the layers at these paths. */
export async function numbersOf(model: tfjs.LayersModel, paths: readonly string[]): Promise<LayerNumbers> {
  const read = async (tensor: tfjs.Tensor): Promise<Float32Array> => Float32Array.from(await tensor.data());
  const numbers: [string, Float32Array[]][] = [];
  for (const path of paths) numbers.push([path, await Promise.all(layerAt(model, path).getWeights().map(read))]);
  return Object.fromEntries(numbers);
}

/** `base/conv1`: the layer `conv1` of the model `base` in the model. */
function layerAt(model: Layers, path: string): tfjs.layers.Layer {
  const [name, ...inside] = path.split('/');
  const layer = model.getLayer(name!);
  return inside.length === 0 ? layer : layerAt(layer as unknown as Layers, inside.join('/'));
}
