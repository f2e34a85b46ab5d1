import type { KerasLayer, KerasModel, KerasWeight } from './keras-model.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The model's graph in the words of Keras 2, which TF.js reads: weights aside. What Keras 3 writes as objects (dtype policies, activations,
 * initializers with their modules) becomes what it was.
 */
export function tfjsTopology(model: KerasModel): Json {
  const tensor = ({ layer, call, output }: KerasModel['inputs'][number]) => [layer, call, output];
  return {
    class_name: 'Model',
    keras_version: 'tfjs-layers',
    config: {
      name: model.name,
      layers: model.layers.map(layerJson),
      input_layers: model.inputs.map(tensor),
      output_layers: model.outputs.map(tensor),
    },
  };
}

function layerJson(layer: KerasLayer): Json {
  const { class_name: kind, config } =
    layer.model === undefined ? { class_name: layer.className, config: configJson(layer) } : tfjsTopology(layer.model);
  const calls = layer.className === 'InputLayer' ? [] : layer.calls;
  const nodes = calls.map((inputs) => inputs.map((input) => [input.layer, input.call, input.output, {}]));
  return { class_name: kind, name: layer.name, config: { ...(config as Json), name: layer.name }, inbound_nodes: nodes };
}

function configJson({ config }: Pick<KerasLayer, 'config'>): Json {
  const { batch_shape: shape, ...rest } = config;
  const entries = Object.entries(rest).map(([key, value]) => [key, plain(key, value)] as const);
  return { ...Object.fromEntries(entries), ...(shape !== undefined && { batch_input_shape: shape }) };
}

function plain(key: string, value: unknown): unknown {
  if (key === 'dtype') return typeof value === 'string' ? value : 'float32';
  if (key === 'axis' && Array.isArray(value)) return value[0] as unknown;
  if (typeof value !== 'object' || value === null || !('class_name' in value)) return value;
  const { class_name: kind, config } = value as { class_name: string; config: unknown };
  if (key.endsWith('activation')) return typeof config === 'string' ? config : kind.toLowerCase();
  return { class_name: kind, config: typeof config === 'object' && config !== null ? configJson({ config: config as Json }) : config };
}

const names: Readonly<Record<string, readonly string[]>> = {
  Dense: ['kernel', 'bias'],
  Conv1D: ['kernel', 'bias'],
  Conv2D: ['kernel', 'bias'],
  Conv2DTranspose: ['kernel', 'bias'],
  DepthwiseConv2D: ['depthwise_kernel', 'bias'],
  SeparableConv2D: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  Embedding: ['embeddings'],
};

/** The names that Keras gives a layer's weights, in its order. */
export function weightNames({ className, config, weights }: Pick<KerasLayer, 'className' | 'config' | 'weights'>): string[] {
  if (className === 'BatchNormalization') {
    const own = [...(config['scale'] === false ? [] : ['gamma']), ...(config['center'] === false ? [] : ['beta'])];
    return [...own, 'moving_mean', 'moving_variance'];
  }
  return weights.map(({ name }, n) => names[className]?.[n] ?? name);
}

/** Every layer that has weights, nested models' too, by its path: `base/conv1`. */
export function weightedLayers(model: KerasModel, around = ''): [path: string, layer: KerasLayer][] {
  return model.layers.flatMap((layer): [string, KerasLayer][] => {
    if (layer.model !== undefined) return weightedLayers(layer.model, `${around}${layer.name}/`);
    return layer.weights.length > 0 ? [[`${around}${layer.name}`, layer]] : [];
  });
}

/** The same model with other numbers in its weights, by the paths of `weightedLayers`. */
export function withNumbers(model: KerasModel, numbers: Readonly<Record<string, readonly Float32Array[]>>, around = ''): KerasModel {
  const layers = model.layers.map((layer): KerasLayer => {
    if (layer.model !== undefined) return { ...layer, model: withNumbers(layer.model, numbers, `${around}${layer.name}/`) };
    const own = numbers[`${around}${layer.name}`];
    if (own === undefined) return layer;
    return { ...layer, weights: layer.weights.map((weight, n): KerasWeight => ({ ...weight, data: own[n]! })) };
  });
  return { ...model, layers };
}

/** The model for TF.js: its graph, and the numbers of its weights. */
export function layersSource(model: KerasModel): { topology: object; weights: Record<string, readonly Float32Array[]> } {
  const weights = weightedLayers(model).map(([path, layer]) => [path, layer.weights.map(({ data }) => data)] as const);
  return { topology: tfjsTopology(model), weights: Object.fromEntries(weights) };
}
