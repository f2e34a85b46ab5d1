import { averageAndClassify, type Architecture } from './architecture.js';
import type { LayerGraph } from './layer-graph.js';

const epsilon = 1.001e-5;

function convolve(net: LayerGraph, input: string, filters: number, kernel: number, name: string, strides = 1): string {
  const x = net.convolution(input, filters, kernel, { name: `${name}_conv`, strides, padding: 'same', bias: true });
  return net.normalize(x, { name: `${name}_bn`, epsilon });
}

function block(net: LayerGraph, input: string, filters: number, name: string, first: boolean, strides: number): string {
  const shortcut = first ? convolve(net, input, 4 * filters, 1, `${name}_0`, strides) : input;
  let x = net.relu(convolve(net, input, filters, 1, `${name}_1`, strides), `${name}_1_relu`);
  x = net.relu(convolve(net, x, filters, 3, `${name}_2`), `${name}_2_relu`);
  x = convolve(net, x, 4 * filters, 1, `${name}_3`);
  return net.relu(net.add(shortcut, x, `${name}_add`), `${name}_out`);
}

function body(net: LayerGraph, pixels: string): string {
  let x = net.convolution(net.pad(pixels, 'conv1_pad', 3), 64, 7, { name: 'conv1_conv', strides: 2, bias: true });
  x = net.relu(net.normalize(x, { name: 'conv1_bn', epsilon }), 'conv1_relu');
  x = net.maxPool(net.pad(x, 'pool1_pad', 1), 3, 'pool1_pool');
  for (const [stack, blocks] of [3, 4, 6, 3].entries()) {
    for (let n = 1; n <= blocks; n++) {
      const strides = n === 1 && stack > 0 ? 2 : 1;
      x = block(net, x, 64 * 2 ** stack, `conv${stack + 2}_block${n}`, n === 1, strides);
    }
  }
  return x;
}

/** He, Zhang, Ren and Sun 2015, "Deep Residual Learning for Image Recognition", with the stride in each block's first convolution. */
export const resnet50: Architecture = { size: 224, preprocessing: 'caffe', featureMap: [7, 7, 2048], body, top: averageAndClassify };
