import { averageAndClassify, type Architecture } from './architecture.js';
import type { LayerGraph } from './layer-graph.js';

type Window = number | readonly [rows: number, columns: number];
interface Sliding {
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
}

const halving: Sliding = { strides: 2, padding: 'valid' };

function convolve(
  net: LayerGraph,
  input: string,
  filters: number,
  window: Window,
  { strides = 1, padding = 'same' }: Sliding = {},
): string {
  return net.relu(net.normalize(net.convolution(input, filters, window, { strides, padding }), { scale: false }));
}

/** Convolutions one after the other. */
function chain(
  net: LayerGraph,
  input: string,
  ...steps: readonly (readonly [filters: number, window: Window, sliding?: Sliding])[]
): string {
  return steps.reduce((x, [filters, window, sliding]) => convolve(net, x, filters, window, sliding), input);
}

/** 35 x 35: 1 x 1, 5 x 5, two 3 x 3, and the average. */
function wide(net: LayerGraph, x: string, pooled: number, name: string): string {
  const branches = [
    chain(net, x, [64, 1]),
    chain(net, x, [48, 1], [64, 5]),
    chain(net, x, [64, 1], [96, 3], [96, 3]),
    chain(net, net.smooth(x), [pooled, 1]),
  ];
  return net.concatenate(branches, name);
}

/** 17 x 17: 7 x 7 as a row and a column, once and twice. */
function factorized(net: LayerGraph, x: string, width: number, name: string): string {
  const branches = [
    chain(net, x, [192, 1]),
    chain(net, x, [width, 1], [width, [1, 7]], [192, [7, 1]]),
    chain(net, x, [width, 1], [width, [7, 1]], [width, [1, 7]], [width, [7, 1]], [192, [1, 7]]),
    chain(net, net.smooth(x), [192, 1]),
  ];
  return net.concatenate(branches, name);
}

/** 8 x 8: 3 x 3 as a row and a column side by side. */
function expanded(net: LayerGraph, x: string, number: number): string {
  const single = chain(net, x, [320, 1]);
  const once = chain(net, x, [384, 1]);
  const onceBoth = net.concatenate([chain(net, once, [384, [1, 3]]), chain(net, once, [384, [3, 1]])], `mixed9_${number}`);
  const twice = chain(net, x, [448, 1], [384, 3]);
  const twiceBoth = net.concatenate([chain(net, twice, [384, [1, 3]]), chain(net, twice, [384, [3, 1]])]);
  const pooled = chain(net, net.smooth(x), [192, 1]);
  return net.concatenate([single, onceBoth, twiceBoth, pooled], `mixed${9 + number}`);
}

function body(net: LayerGraph, pixels: string): string {
  let x = chain(net, pixels, [32, 3, halving], [32, 3, { padding: 'valid' }], [64, 3]);
  x = chain(net, net.maxPool(x, 3), [80, 1, { padding: 'valid' }], [192, 3, { padding: 'valid' }]);
  x = net.maxPool(x, 3);
  for (const [n, pooled] of [32, 64, 64].entries()) x = wide(net, x, pooled, `mixed${n}`);
  x = net.concatenate([chain(net, x, [384, 3, halving]), chain(net, x, [64, 1], [96, 3], [96, 3, halving]), net.maxPool(x, 3)], 'mixed3');
  for (const [n, width] of [128, 160, 160, 192].entries()) x = factorized(net, x, width, `mixed${4 + n}`);
  const seven = chain(net, x, [192, 1], [320, 3, halving]);
  x = net.concatenate([seven, chain(net, x, [192, 1], [192, [1, 7]], [192, [7, 1]], [192, 3, halving]), net.maxPool(x, 3)], 'mixed8');
  return expanded(net, expanded(net, x, 0), 1);
}

/** Szegedy et al. 2015, "Rethinking the Inception Architecture for Computer Vision". */
export const inceptionV3: Architecture = { size: 299, preprocessing: 'tf', featureMap: [8, 8, 2048], body, top: averageAndClassify };
