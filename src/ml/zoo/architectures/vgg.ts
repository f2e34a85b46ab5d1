import type { Architecture } from './architecture.js';
import type { LayerGraph } from './layer-graph.js';

/** Filters of each block and how many convolutions it has. */
type Blocks = readonly (readonly [filters: number, convolutions: number])[];

function body(net: LayerGraph, pixels: string, blocks: Blocks): string {
  return blocks.reduce((input, [filters, convolutions], block) => {
    let x = input;
    for (let n = 1; n <= convolutions; n++) {
      x = net.convolution(x, filters, 3, { name: `block${block + 1}_conv${n}`, padding: 'same', bias: true, activation: 'relu' });
    }
    return net.maxPool(x, 2, `block${block + 1}_pool`);
  }, pixels);
}

/** Simonyan and Zisserman 2014, "Very Deep Convolutional Networks for Large-Scale Image Recognition". */
function vgg(blocks: Blocks): Architecture {
  return {
    size: 224,
    preprocessing: 'caffe',
    featureMap: [7, 7, 512],
    body: (net, pixels) => body(net, pixels, blocks),
    top: (net, features) =>
      net.dense(net.dense(net.dense(net.flatten(features), 4096, 'fc1', 'relu'), 4096, 'fc2', 'relu'), 1000, 'predictions', 'softmax'),
  };
}

export const vgg16 = vgg([
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
]);

export const vgg19 = vgg([
  [64, 2],
  [128, 2],
  [256, 4],
  [512, 4],
  [512, 4],
]);
