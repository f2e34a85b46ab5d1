import type { LayerCall, LayerConverter } from './layer-call.js';
import type { Tensor } from './layout.js';

/** TF's average leaves padding out of the count, which is ONNX's default too. */
function pool(operator: 'MaxPool' | 'AveragePool', spatial: number): LayerConverter {
  return (call) => {
    const input = call.spatialInput(spatial);
    const window = call.sizes('pool_size', spatial, 2);
    const same = call.text('padding', 'valid') === 'same';
    const value = call.graph.onnx.node(operator, call.name, [call.graph.channelsFirst(input)], {
      kernel_shape: window,
      strides: call.sizes('strides', spatial, window),
      auto_pad: same ? 'SAME_UPPER' : 'VALID',
    });
    return { rank: input.rank, type: 'float32', channelsFirst: value };
  };
}

function globalPool(operator: 'GlobalMaxPool' | 'GlobalAveragePool', spatial: number): LayerConverter {
  return (call) => {
    const input = call.spatialInput(spatial);
    const pooled = call.graph.onnx.node(operator, call.name, [call.graph.channelsFirst(input)]);
    if (call.flag('keepdims', false)) return { rank: input.rank, type: 'float32', channelsFirst: pooled };
    return { rank: 2, type: 'float32', keras: call.graph.onnx.node('Flatten', `${call.name}/flat`, [pooled], { axis: 1 }) };
  };
}

function zeroPad(spatial: number): LayerConverter {
  return (call) => {
    const margins = call.margins('padding', spatial);
    const pads = [0, 0, ...margins.map(([before]) => before), 0, 0, ...margins.map(([, after]) => after)];
    return channelsFirst(call, spatial, 'Pad', [call.graph.onnx.integers(`${call.name}/pads`, pads)]);
  };
}

function crop(spatial: number): LayerConverter {
  return (call) => {
    const margins = call.margins('cropping', spatial);
    const integers = (hint: string, values: number[]): string => call.graph.onnx.integers(`${call.name}/${hint}`, values);
    const starts = margins.map(([before]) => before);
    const ends = margins.map(([, after]) => (after === 0 ? Number.MAX_SAFE_INTEGER : -after));
    return channelsFirst(call, spatial, 'Slice', [
      integers('starts', starts),
      integers('ends', ends),
      integers(
        'axes',
        margins.map((_, axis) => axis + 2),
      ),
    ]);
  };
}

function upsample(spatial: number): LayerConverter {
  return (call) => {
    const mode = call.text('interpolation', 'nearest');
    if (mode !== 'nearest' && mode !== 'bilinear') throw call.unsupported(`interpolation ${mode}`);
    const scales = Float32Array.of(1, 1, ...call.sizes('size', spatial, 2));
    const scale = call.graph.onnx.constant(`${call.name}/scales`, [scales.length], scales);
    return channelsFirst(call, spatial, 'Resize', ['', scale], {
      mode: mode === 'nearest' ? 'nearest' : 'linear',
      coordinate_transformation_mode: mode === 'nearest' ? 'asymmetric' : 'half_pixel',
      nearest_mode: 'floor',
    });
  };
}

function channelsFirst(
  call: LayerCall,
  spatial: number,
  operator: string,
  more: string[],
  attributes: Record<string, string> = {},
): Tensor {
  const input = call.spatialInput(spatial);
  const value = call.graph.onnx.node(operator, call.name, [call.graph.channelsFirst(input), ...more], attributes);
  return { rank: input.rank, type: 'float32', channelsFirst: value };
}

export const poolingLayers: Readonly<Record<string, LayerConverter>> = {
  MaxPooling1D: pool('MaxPool', 1),
  MaxPooling2D: pool('MaxPool', 2),
  AveragePooling1D: pool('AveragePool', 1),
  AveragePooling2D: pool('AveragePool', 2),
  GlobalMaxPooling1D: globalPool('GlobalMaxPool', 1),
  GlobalMaxPooling2D: globalPool('GlobalMaxPool', 2),
  GlobalAveragePooling1D: globalPool('GlobalAveragePool', 1),
  GlobalAveragePooling2D: globalPool('GlobalAveragePool', 2),
  ZeroPadding1D: zeroPad(1),
  ZeroPadding2D: zeroPad(2),
  Cropping1D: crop(1),
  Cropping2D: crop(2),
  UpSampling2D: upsample(2),
};
