import { error } from '../../../errors.js';
import type { KerasLayer, KerasModel, KerasTensor } from '../keras-model.js';
import { OnnxGraph, type OnnxDimension } from '../onnx-graph.js';
import { activationLayers } from './activations.js';
import { convolutionLayers } from './convolution.js';
import { coreLayers, inputType } from './core.js';
import { LayerCall, type LayerConverter } from './layer-call.js';
import { LayoutGraph, type Tensor } from './layout.js';
import { normalizationLayers } from './normalization.js';
import { poolingLayers } from './pooling.js';

const converters: Readonly<Record<string, LayerConverter>> = {
  ...activationLayers,
  ...convolutionLayers,
  ...coreLayers,
  ...normalizationLayers,
  ...poolingLayers,
};

/**
 * Writes a Keras model as ONNX, layer by layer. Inputs and outputs keep Keras' axis order and are called by the names of their layers;
 * the batch is free. Throws HW_LAYER_UNSUPPORTED, with the layer's name, for what it does not know.
 */
export function kerasToOnnx(model: KerasModel): Uint8Array {
  const names = outputNames(model);
  const onnx = new OnnxGraph(model.name, names);
  const graph = new LayoutGraph(onnx);
  const inputs = model.inputs.map((ref) => inputOf(graph, layerOf(model, ref)));
  callModel(graph, model, inputs).forEach((tensor, n) => {
    const dimensions = Array.from({ length: tensor.rank }, (_, axis) => (axis === 0 ? 'N' : `${names[n]!}_${axis}`));
    onnx.output(names[n]!, graph.keras(tensor), tensor.type, dimensions);
  });
  return onnx.encode();
}

/** The layer's name, numbered where a layer gives several outputs, and set off where it is an input too. */
function outputNames(model: KerasModel): string[] {
  return model.outputs.map(({ layer }, n) => {
    if (model.inputs.some((input) => input.layer === layer)) return `${layer}_out`;
    return model.outputs.filter((other) => other.layer === layer).length > 1 ? `${layer}:${n}` : layer;
  });
}

/** An image input is turned to channels first at once: that is cheapest while it is still bytes. */
function inputOf(graph: LayoutGraph, layer: KerasLayer): Tensor {
  const shape = layer.config['batch_shape'] ?? layer.config['batch_input_shape'];
  const type = inputType(layer.config['dtype']);
  if (!Array.isArray(shape)) throw unsupported(layer, 'it has no shape');
  if (type === undefined) throw unsupported(layer, `its dtype is ${String(layer.config['dtype'])}`);
  const dimensions = shape.map((size: unknown, axis): OnnxDimension => {
    if (axis === 0) return 'N';
    return typeof size === 'number' ? size : `${layer.name}_${axis}`;
  });
  const tensor: Tensor = { rank: shape.length, type, keras: graph.onnx.input(layer.name, type, dimensions) };
  if (tensor.rank === 4) graph.channelsFirst(tensor);
  return tensor;
}

/** Writes one call of a model with the values of its inputs; layers are called when their inputs are there. */
function callModel(graph: LayoutGraph, model: KerasModel, inputs: readonly Tensor[]): Tensor[] {
  const done = new Map<string, readonly Tensor[]>();
  model.inputs.forEach((ref, n) => done.set(key(ref.layer, 0), [inputs[n]!]));
  const find = (ref: KerasTensor): Tensor => {
    const layer = layerOf(model, ref);
    const call = layer.calls.length === 1 ? 0 : ref.call;
    const outputs = done.get(key(ref.layer, call)) ?? run(layer, call);
    return outputs[ref.output] ?? missing(model, ref);
  };
  const run = (layer: KerasLayer, call: number): readonly Tensor[] => {
    const values = (layer.calls[call] ?? missing(model, { layer: layer.name, call, output: 0 })).map(find);
    const outputs = layer.model === undefined ? callLayer(graph, layer, values, model.generation) : callModel(graph, layer.model, values);
    done.set(key(layer.name, call), outputs);
    return outputs;
  };
  return model.outputs.map(find);
}

function callLayer(graph: LayoutGraph, layer: KerasLayer, inputs: readonly Tensor[], generation: 2 | 3): readonly Tensor[] {
  const converter = Object.hasOwn(converters, layer.className) ? converters[layer.className] : undefined;
  if (converter === undefined) throw unsupported(layer, 'this kind of layer is not known');
  const result = converter(new LayerCall(graph, layer, inputs, generation));
  return 'rank' in result ? [result] : result;
}

function layerOf(model: KerasModel, ref: KerasTensor): KerasLayer {
  return model.layers.find(({ name }) => name === ref.layer) ?? missing(model, ref);
}

function missing(model: KerasModel, ref: KerasTensor): never {
  throw error('HW_MODEL_FILE', { file: model.name, problem: `its graph names ${ref.layer} (call ${ref.call}), which is not in it` });
}

function unsupported(layer: KerasLayer, problem: string): Error {
  return error('HW_LAYER_UNSUPPORTED', { layer: layer.name, kind: layer.className, problem });
}

function key(layer: string, call: number): string {
  return `${layer}/${call}`;
}
