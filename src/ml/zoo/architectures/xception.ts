import { averageAndClassify, type Architecture } from './architecture.js';
import type { LayerGraph } from './layer-graph.js';

function separable(net: LayerGraph, input: string, filters: number, name: string): string {
  return net.normalize(net.separable(input, filters, name), { name: `${name}_bn` });
}

/** A block that halves the picture, with a strided convolution as shortcut. The first of them has no activation at its entrance. */
function reduce(net: LayerGraph, input: string, filters: readonly [number, number], block: string): string {
  const shortcut = net.normalize(net.convolution(input, filters[1], 1, { strides: 2, padding: 'same' }));
  const entrance = block === 'block2' ? input : net.relu(input, `${block}_sepconv1_act`);
  let x = separable(net, entrance, filters[0], `${block}_sepconv1`);
  x = separable(net, net.relu(x, `${block}_sepconv2_act`), filters[1], `${block}_sepconv2`);
  return net.add(net.maxPool(x, 3, `${block}_pool`, 'same'), shortcut);
}

function middle(net: LayerGraph, input: string, block: string): string {
  let x = input;
  for (let n = 1; n <= 3; n++) x = separable(net, net.relu(x, `${block}_sepconv${n}_act`), 728, `${block}_sepconv${n}`);
  return net.add(x, input);
}

function body(net: LayerGraph, pixels: string): string {
  let x = net.convolution(pixels, 32, 3, { name: 'block1_conv1', strides: 2 });
  x = net.relu(net.normalize(x, { name: 'block1_conv1_bn' }), 'block1_conv1_act');
  x = net.convolution(x, 64, 3, { name: 'block1_conv2' });
  x = net.relu(net.normalize(x, { name: 'block1_conv2_bn' }), 'block1_conv2_act');
  x = reduce(net, x, [128, 128], 'block2');
  x = reduce(net, x, [256, 256], 'block3');
  x = reduce(net, x, [728, 728], 'block4');
  for (let n = 5; n <= 12; n++) x = middle(net, x, `block${n}`);
  x = reduce(net, x, [728, 1024], 'block13');
  x = net.relu(separable(net, x, 1536, 'block14_sepconv1'), 'block14_sepconv1_act');
  return net.relu(separable(net, x, 2048, 'block14_sepconv2'), 'block14_sepconv2_act');
}

/** Chollet 2016, "Xception: Deep Learning with Depthwise Separable Convolutions". */
export const xception: Architecture = { size: 299, preprocessing: 'tf', featureMap: [10, 10, 2048], body, top: averageAndClassify };
