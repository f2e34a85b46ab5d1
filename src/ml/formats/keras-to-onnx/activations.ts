import type { OnnxAttribute } from '../onnx-graph.js';
import type { LayerCall, LayerConverter } from './layer-call.js';
import type { Tensor } from './layout.js';

type Activation = (call: LayerCall, input: Tensor) => Tensor;

/** One ONNX node with fixed attributes. */
function node(operator: string, attributes: Readonly<Record<string, OnnxAttribute>> = {}): Activation {
  return (call, input) => call.graph.elementwise(operator, `${call.name}/${operator}`, [input], attributes);
}

function clip(call: LayerCall, input: Tensor, low: number | undefined, high: number): Tensor {
  const { graph, name } = call;
  const limits = [low === undefined ? '' : graph.onnx.scalar(`${name}/low`, low), graph.onnx.scalar(`${name}/high`, high)];
  return graph.elementwise('Clip', `${name}/clip`, [input], {}, limits);
}

/** input * gate(input) */
function gated(gate: Activation): Activation {
  return (call, input) => call.graph.elementwise('Mul', `${call.name}/gated`, [input, gate(call, input)]);
}

/** Keras 3 (and PyTorch) take relu6(x + 3) / 6, Keras 2 took 0.2 x + 0.5. */
const hardSigmoid: Activation = (call, input) =>
  node('HardSigmoid', { alpha: { float: call.generation === 3 ? 1 / 6 : 0.2 }, beta: { float: 0.5 } })(call, input);

function softmax(call: LayerCall, input: Tensor, axis: number): Tensor {
  return call.graph.elementwise('Softmax', `${call.name}/softmax`, [input], { axis: call.graph.heldAxis(input, axis) });
}

/** x * 0.5 * (1 + erf(x / sqrt 2)) */
const gelu: Activation = (call, input) => {
  const { graph, name } = call;
  const constant = (hint: string, value: number): string => graph.onnx.scalar(`${name}/${hint}`, value);
  const scaled = graph.elementwise('Mul', `${name}/gelu_scaled`, [input], {}, [constant('sqrt_half', Math.SQRT1_2)]);
  const erf = graph.elementwise('Erf', `${name}/gelu_erf`, [scaled]);
  const shifted = graph.elementwise('Add', `${name}/gelu_shifted`, [erf], {}, [constant('one', 1)]);
  const half = graph.elementwise('Mul', `${name}/gelu_half`, [input], {}, [constant('half', 0.5)]);
  return graph.elementwise('Mul', `${name}/gelu`, [half, shifted]);
};

const activations: Readonly<Record<string, Activation>> = {
  linear: (_, input) => input,
  relu: node('Relu'),
  relu6: (call, input) => clip(call, input, 0, 6),
  elu: node('Elu', { alpha: { float: 1 } }),
  selu: node('Selu'),
  gelu,
  sigmoid: node('Sigmoid'),
  hard_sigmoid: hardSigmoid,
  tanh: node('Tanh'),
  softmax: (call, input) => softmax(call, input, -1),
  softplus: node('Softplus'),
  softsign: node('Softsign'),
  exponential: node('Exp'),
  swish: gated(node('Sigmoid')),
  silu: gated(node('Sigmoid')),
  hard_swish: gated(hardSigmoid),
  hard_silu: gated(hardSigmoid),
  mish: gated((call, input) => node('Tanh')(call, node('Softplus')(call, input))),
  leaky_relu: node('LeakyRelu', { alpha: { float: 0.2 } }),
};

/** Applies the layer's `activation` option: a name, or Keras' serialized function. */
export function activate(call: LayerCall, input: Tensor): Tensor {
  const value = call.layer.config['activation'] ?? 'linear';
  const name = typeof value === 'string' ? value : nameOf(value);
  const activation = name === undefined || !Object.hasOwn(activations, name) ? undefined : activations[name];
  if (activation === undefined) throw call.unsupported(`its activation is ${JSON.stringify(value)}`);
  return activation(call, input);
}

function nameOf(value: unknown): string | undefined {
  const { class_name: kind, config } = value as { class_name?: unknown; config?: unknown };
  const name = typeof config === 'string' ? config : kind;
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

const relu: LayerConverter = (call) => {
  const input = call.graph.float(call.input, call.name);
  const slope = call.number('negative_slope', 0);
  if (call.number('threshold', 0) !== 0) throw call.unsupported('a threshold other than 0');
  const { max_value: high } = call.layer.config;
  if (typeof high !== 'number')
    return slope === 0 ? node('Relu')(call, input) : node('LeakyRelu', { alpha: { float: slope } })(call, input);
  if (slope === 0) return clip(call, input, 0, high);
  return clip(call, node('LeakyRelu', { alpha: { float: slope } })(call, input), undefined, high);
};

/** The slopes have the shape of the input without the batch; shared axes have size 1. */
const prelu: LayerConverter = (call) => {
  const { shape, data } = call.weight(0);
  const slope = call.graph.onnx.constant(`${call.name}/alpha`, shape, data);
  const input = call.graph.keras(call.input);
  return { rank: call.input.rank, type: 'float32', keras: call.graph.onnx.node('PRelu', call.name, [input, slope]) };
};

export const activationLayers: Readonly<Record<string, LayerConverter>> = {
  Activation: (call) => activate(call, call.graph.float(call.input, call.name)),
  ReLU: relu,
  LeakyReLU: (call) => {
    const slope = call.generation === 3 ? call.number('negative_slope', 0.3) : call.number('alpha', 0.3);
    return node('LeakyRelu', { alpha: { float: slope } })(call, call.input);
  },
  ELU: (call) => node('Elu', { alpha: { float: call.number('alpha', 1) } })(call, call.input),
  PReLU: prelu,
  Softmax: (call) => softmax(call, call.input, call.number('axis', -1)),
};
