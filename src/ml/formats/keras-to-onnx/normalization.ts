import type { LayerCall, LayerConverter } from './layer-call.js';
import type { Tensor } from './layout.js';

/** The axis option as one number, counted from the end: Keras writes -1, 3 or [3]. */
function lastAxis(call: LayerCall, rank: number): void {
  const value: unknown = call.layer.config['axis'] ?? -1;
  const axes: unknown[] = Array.isArray(value) ? value : [value];
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== rank - 1)) throw call.unsupported(`axis ${JSON.stringify(value)}, not the last`);
}

function filled(size: number, value: number): Float32Array {
  return new Float32Array(size).fill(value);
}

/** Inference form, with the moving statistics; ONNX Runtime folds it into the convolution before it. */
const batchNormalization: LayerConverter = (call) => {
  const input = call.graph.float(call.input, call.name);
  lastAxis(call, input.rank);
  const weights = [...call.layer.weights];
  const channels = call.weight(0).shape[0]!;
  const gamma = call.flag('scale', true) ? weights.shift()?.data : filled(channels, 1);
  const beta = call.flag('center', true) ? weights.shift()?.data : filled(channels, 0);
  const [mean, variance] = weights;
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined)
    throw call.unsupported('weights are missing');
  const vector = (hint: string, data: Float32Array): string => call.graph.onnx.constant(`${call.name}/${hint}`, [channels], data);
  const value = call.graph.onnx.node(
    'BatchNormalization',
    call.name,
    [
      call.graph.channelsFirst(input),
      vector('gamma', gamma),
      vector('beta', beta),
      vector('mean', mean.data),
      vector('variance', variance.data),
    ],
    { epsilon: { float: call.number('epsilon', 1e-3) } },
  );
  return { rank: input.rank, type: 'float32', channelsFirst: value };
};

const layerNormalization: LayerConverter = (call) => {
  const input = call.graph.float(call.input, call.name);
  lastAxis(call, input.rank);
  const weights = [...call.layer.weights];
  const size = call.weight(0).shape[0]!;
  const gamma = call.flag('scale', true) ? weights.shift()?.data : undefined;
  const beta = call.flag('center', true) ? weights.shift()?.data : undefined;
  const vector = (hint: string, data: Float32Array): string => call.graph.onnx.constant(`${call.name}/${hint}`, [size], data);
  const inputs = [call.graph.keras(input), vector('gamma', gamma ?? filled(size, 1)), vector('beta', beta ?? filled(size, 0))];
  const epsilon = { float: call.number('epsilon', 1e-3) };
  return { rank: input.rank, type: 'float32', keras: call.graph.onnx.node('LayerNormalization', call.name, inputs, { axis: -1, epsilon }) };
};

/** A number for every channel alike, or one per channel (a list), shaped for the order in which `input` is held. */
function perChannel(call: LayerCall, input: Tensor, hint: string, value: unknown): string {
  if (typeof value === 'number') return call.graph.onnx.scalar(`${call.name}/${hint}`, value);
  const numbers = Float32Array.from((Array.isArray(value) ? value : [value]).flat(Infinity) as number[]);
  const held = call.graph.heldAxis(input, -1);
  const shape = Array.from({ length: input.rank }, (_, axis) => (axis === held ? numbers.length : 1));
  return call.graph.onnx.constant(`${call.name}/${hint}`, shape, numbers);
}

/** x * scale + offset */
const rescaling: LayerConverter = (call) => {
  const input = call.graph.float(call.input, call.name);
  const { scale = 1, offset = 0 } = call.layer.config;
  const scaled = call.graph.elementwise('Mul', `${call.name}/scaled`, [input], {}, [perChannel(call, input, 'scale', scale)]);
  return call.graph.elementwise('Add', call.name, [scaled], {}, [perChannel(call, input, 'offset', offset)]);
};

/** (x - mean) / sqrt(variance), as configured or as adapted (weights mean, variance, count). */
const normalization: LayerConverter = (call) => {
  const input = call.graph.float(call.input, call.name);
  lastAxis(call, input.rank);
  const { mean = [...call.weight(0).data], variance = [...call.weight(1).data] } = call.layer.config as {
    mean?: unknown;
    variance?: unknown;
  };
  const spread = [variance].flat(Infinity).map((value) => Math.max(Math.sqrt(value as number), 1e-7));
  const centred = call.graph.elementwise('Sub', `${call.name}/centred`, [input], {}, [perChannel(call, input, 'mean', mean)]);
  return call.graph.elementwise('Div', call.name, [centred], {}, [perChannel(call, input, 'spread', spread)]);
};

export const normalizationLayers: Readonly<Record<string, LayerConverter>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Rescaling: rescaling,
  Normalization: normalization,
};
