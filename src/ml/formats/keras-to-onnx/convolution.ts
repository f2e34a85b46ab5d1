import type { KerasWeight } from '../keras-model.js';
import { activate } from './activations.js';
import type { LayerCall, LayerConverter } from './layer-call.js';
import type { Tensor } from './layout.js';

/**
 * Reorders the axes of a weight: axis n of the result is axis `order[n]` of the weight.
 * Keras' kernels are spatial axes, input, output; ONNX's are output, input, spatial axes.
 */
function permute({ shape, data }: Pick<KerasWeight, 'shape' | 'data'>, order: readonly number[]): { shape: number[]; data: Float32Array } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const last = sizes.length - 1;
  let to = 0;
  const copy = (axis: number, from: number): void => {
    const [size, step] = [sizes[axis]!, steps[axis]!];
    for (let n = 0; n < size; n++) {
      if (axis === last) result[to++] = data[from + n * step]!;
      else copy(axis + 1, from + n * step);
    }
  };
  copy(0, 0);
  return { shape: sizes, data: result };
}

const axes = (spatial: number): number[] => Array.from({ length: spatial }, (_, n) => n);

function padding(call: LayerCall): 'SAME_UPPER' | 'VALID' {
  const value = call.text('padding', 'valid');
  if (value === 'same') return 'SAME_UPPER';
  if (value === 'valid') return 'VALID';
  throw call.unsupported(`padding ${value}`);
}

interface Kernel {
  readonly part: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly group: number;
}

/** One ONNX Conv; `slides` says whether the layer's strides, padding and dilation belong to it. */
function conv(call: LayerCall, input: Tensor, kernel: Kernel, bias: KerasWeight | undefined, slides: boolean): Tensor {
  const { graph, name } = call;
  const spatial = input.rank - 2;
  const inputs = [graph.channelsFirst(input), graph.onnx.constant(`${name}/${kernel.part}`, kernel.shape, kernel.data)];
  if (bias !== undefined) inputs.push(graph.onnx.constant(`${name}/bias`, bias.shape, bias.data));
  const sliding = { strides: call.sizes('strides', spatial), dilations: call.sizes('dilation_rate', spatial), auto_pad: padding(call) };
  const value = graph.onnx.node('Conv', `${name}/conv`, inputs, { group: kernel.group, ...(slides ? sliding : {}) });
  return { rank: input.rank, type: 'float32', channelsFirst: value };
}

function biasOf(call: LayerCall, index: number): KerasWeight | undefined {
  return call.flag('use_bias', true) ? call.weight(index) : undefined;
}

function convolution(spatial: number): LayerConverter {
  return (call) => {
    const kernel = permute(call.weight(0), [spatial + 1, spatial, ...axes(spatial)]);
    const value = conv(
      call,
      call.spatialInput(spatial),
      { part: 'kernel', ...kernel, group: call.number('groups', 1) },
      biasOf(call, 1),
      true,
    );
    return activate(call, value);
  };
}

/** Keras' depthwise kernel is spatial axes, channels, multiplier; each channel is a group of its own. */
function depthwise(call: LayerCall, spatial: number): Kernel {
  const { shape, data } = permute(call.weight(0), [spatial, spatial + 1, ...axes(spatial)]);
  const [channels, multiplier, ...window] = shape;
  return { part: 'depthwise_kernel', shape: [channels! * multiplier!, 1, ...window], data, group: channels! };
}

function depthwiseConvolution(spatial: number): LayerConverter {
  return (call) => activate(call, conv(call, call.spatialInput(spatial), depthwise(call, spatial), biasOf(call, 1), true));
}

function separableConvolution(spatial: number): LayerConverter {
  return (call) => {
    const each = conv(call, call.spatialInput(spatial), depthwise(call, spatial), undefined, true);
    const pointwise = permute(call.weight(1), [spatial + 1, spatial, ...axes(spatial)]);
    return activate(call, conv(call, each, { part: 'pointwise_kernel', ...pointwise, group: 1 }, biasOf(call, 2), false));
  };
}

/** Keras' kernel is spatial axes, output, input. `same` makes the output exactly stride times the input. */
function transposedConvolution(spatial: number): LayerConverter {
  return (call) => {
    const { graph, name } = call;
    const input = call.spatialInput(spatial);
    if (call.layer.config['output_padding'] != null) throw call.unsupported('output_padding');
    const kernel = permute(call.weight(0), [spatial + 1, spatial, ...axes(spatial)]);
    const strides = call.sizes('strides', spatial);
    const window = kernel.shape.slice(2);
    const overlap = window.map((size, n) => (padding(call) === 'VALID' ? 0 : size - strides[n]!));
    const inputs = [graph.channelsFirst(input), graph.onnx.constant(`${name}/kernel`, kernel.shape, kernel.data)];
    const bias = biasOf(call, 1);
    if (bias !== undefined) inputs.push(graph.onnx.constant(`${name}/bias`, bias.shape, bias.data));
    const value = graph.onnx.node('ConvTranspose', `${name}/conv`, inputs, {
      strides,
      dilations: call.sizes('dilation_rate', spatial),
      pads: [...overlap.map((n) => Math.floor(Math.max(n, 0) / 2)), ...overlap.map((n) => Math.ceil(Math.max(n, 0) / 2))],
      output_padding: overlap.map((n, axis) => (padding(call) === 'VALID' ? Math.max(strides[axis]! - window[axis]!, 0) : Math.max(-n, 0))),
    });
    return activate(call, { rank: input.rank, type: 'float32', channelsFirst: value });
  };
}

export const convolutionLayers: Readonly<Record<string, LayerConverter>> = {
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  DepthwiseConv1D: depthwiseConvolution(1),
  DepthwiseConv2D: depthwiseConvolution(2),
  SeparableConv1D: separableConvolution(1),
  SeparableConv2D: separableConvolution(2),
  Conv2DTranspose: transposedConvolution(2),
};
