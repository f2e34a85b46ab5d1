import { averageAndClassify, type Architecture } from './architecture.js';
import type { LayerGraph } from './layer-graph.js';

/** Filters and stride of the inverted residual blocks behind the first. */
const stages: readonly (readonly [filters: number, blocks: number, strides: number])[] = [
  [24, 2, 2],
  [32, 3, 2],
  [64, 4, 2],
  [96, 3, 1],
  [160, 3, 2],
  [320, 1, 1],
];

function expand(net: LayerGraph, input: string, channels: number, prefix: string): string {
  const x = net.convolution(input, 6 * channels, 1, { name: `${prefix}expand`, padding: 'same' });
  return net.relu6(net.normalize(x, { name: `${prefix}expand_BN` }), `${prefix}expand_relu`);
}

/** Depthwise convolution and projection. Before a stride of 2 the picture is padded below and at the right only. */
function project(net: LayerGraph, input: string, filters: number, strides: number, prefix: string): string {
  const margins = [
    [0, 1],
    [0, 1],
  ] as const;
  const padded = strides === 2 ? net.pad(input, `${prefix}pad`, margins) : input;
  let x = net.depthwise(padded, `${prefix}depthwise`, strides, strides === 2 ? 'valid' : 'same');
  x = net.relu6(net.normalize(x, { name: `${prefix}depthwise_BN` }), `${prefix}depthwise_relu`);
  x = net.convolution(x, filters, 1, { name: `${prefix}project`, padding: 'same' });
  return net.normalize(x, { name: `${prefix}project_BN` });
}

function body(net: LayerGraph, pixels: string): string {
  let x = net.convolution(pixels, 32, 3, { name: 'Conv1', strides: 2, padding: 'same' });
  x = net.relu6(net.normalize(x, { name: 'bn_Conv1' }), 'Conv1_relu');
  x = project(net, x, 16, 1, 'expanded_conv_');
  let channels = 16;
  let block = 1;
  for (const [filters, blocks, firstStride] of stages) {
    for (let n = 0; n < blocks; n++) {
      const strides = n === 0 ? firstStride : 1;
      const prefix = `block_${block++}_`;
      const projected = project(net, expand(net, x, channels, prefix), filters, strides, prefix);
      x = strides === 1 && channels === filters ? net.add(x, projected, `${prefix}add`) : projected;
      channels = filters;
    }
  }
  x = net.convolution(x, 1280, 1, { name: 'Conv_1' });
  return net.relu6(net.normalize(x, { name: 'Conv_1_bn' }), 'out_relu');
}

/** Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", width 1.0. */
export const mobilenetV2: Architecture = { size: 224, preprocessing: 'tf', featureMap: [7, 7, 1280], body, top: averageAndClassify };
