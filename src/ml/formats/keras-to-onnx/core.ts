import type { OnnxType } from '../onnx-graph.js';
import { activate } from './activations.js';
import type { LayerConverter } from './layer-call.js';

const dense: LayerConverter = (call) => {
  const { graph, name } = call;
  const input = graph.float(call.input, name);
  const kernel = call.weight(0);
  const product = graph.onnx.node('MatMul', `${name}/product`, [
    graph.keras(input),
    graph.onnx.constant(`${name}/kernel`, kernel.shape, kernel.data),
  ]);
  const hasBias = call.flag('use_bias', true);
  const bias = hasBias ? graph.onnx.constant(`${name}/bias`, call.weight(1).shape, call.weight(1).data) : '';
  const value = hasBias ? graph.onnx.node('Add', `${name}/sum`, [product, bias]) : product;
  return activate(call, { rank: input.rank, type: 'float32', keras: value });
};

const flatten: LayerConverter = (call) => {
  const { graph, name } = call;
  return { rank: 2, type: call.input.type, keras: graph.onnx.node('Flatten', name, [graph.keras(call.input)], { axis: 1 }) };
};

const reshape: LayerConverter = (call) => {
  const target = call.layer.config['target_shape'];
  if (!Array.isArray(target) || !target.every((size) => typeof size === 'number'))
    throw call.unsupported('its target_shape is no list of numbers');
  const shape = call.graph.onnx.integers(`${call.name}/shape`, [0, ...target]);
  return {
    rank: target.length + 1,
    type: call.input.type,
    keras: call.graph.onnx.node('Reshape', call.name, [call.graph.keras(call.input), shape]),
  };
};

const permuteAxes: LayerConverter = (call) => {
  const perm = [0, ...call.sizes('dims', call.input.rank - 1)];
  return {
    rank: call.input.rank,
    type: call.input.type,
    keras: call.graph.onnx.node('Transpose', call.name, [call.graph.keras(call.input)], { perm }),
  };
};

const embedding: LayerConverter = (call) => {
  const { graph, name } = call;
  if (call.flag('mask_zero', false)) throw call.unsupported('mask_zero');
  const table = call.weight(0);
  const index = graph.onnx.node('Cast', `${name}/index`, [graph.keras(call.input)], { to: 7 });
  const value = graph.onnx.node('Gather', name, [graph.onnx.constant(`${name}/table`, table.shape, table.data), index]);
  return { rank: call.input.rank + 1, type: 'float32', keras: value };
};

function merge(operator: string): LayerConverter {
  return (call) => {
    const ranks = new Set(call.inputs.map(({ rank }) => rank));
    if (ranks.size !== 1) throw call.unsupported(`its inputs have ranks ${[...ranks].join(' and ')}`);
    return call.graph.elementwise(
      operator,
      call.name,
      call.inputs.map((input) => call.graph.float(input, call.name)),
    );
  };
}

/** ONNX's Add and Mul take two values. */
function mergeInPairs(operator: string): LayerConverter {
  return (call) => {
    const [first, ...rest] = call.inputs.map((input) => call.graph.float(input, call.name));
    if (first === undefined || rest.some(({ rank }) => rank !== first.rank)) throw call.unsupported('its inputs differ in rank');
    return rest.reduce((sum, input) => call.graph.elementwise(operator, call.name, [sum, input]), first);
  };
}

const concatenate: LayerConverter = (call) => {
  const inputs = call.inputs.map((input) => call.graph.float(input, call.name));
  return call.graph.elementwise('Concat', call.name, inputs, { axis: call.graph.heldAxis(inputs[0]!, call.number('axis', -1)) });
};

const types: Readonly<Record<string, OnnxType>> = {
  float32: 'float32',
  float64: 'float64',
  uint8: 'uint8',
  int32: 'int32',
  int64: 'int64',
};

/** The element type of an input layer; reduced precision policies are computed in float32. */
export function inputType(dtype: unknown): OnnxType | undefined {
  if (dtype === undefined || dtype === null || dtype === 'float16' || dtype === 'bfloat16') return 'float32';
  return typeof dtype === 'string' && Object.hasOwn(types, dtype) ? types[dtype] : undefined;
}

const asIs: LayerConverter = (call) => call.input;

export const coreLayers: Readonly<Record<string, LayerConverter>> = {
  Dense: dense,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permuteAxes,
  Embedding: embedding,
  Add: mergeInPairs('Add'),
  Subtract: mergeInPairs('Sub'),
  Multiply: mergeInPairs('Mul'),
  Average: merge('Mean'),
  Maximum: merge('Max'),
  Minimum: merge('Min'),
  Concatenate: concatenate,
  Dropout: asIs,
  SpatialDropout1D: asIs,
  SpatialDropout2D: asIs,
  AlphaDropout: asIs,
  GaussianDropout: asIs,
  GaussianNoise: asIs,
  ActivityRegularization: asIs,
};
