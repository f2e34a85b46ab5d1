import type { Untrained, UntrainedLayer } from '../../formats/keras-model.js';

type Config = Readonly<Record<string, unknown>>;

interface ConvolutionOptions {
  readonly name?: string;
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
  readonly bias?: boolean;
  readonly activation?: 'relu';
}

/** How a network was trained to see its pictures, in the words of `keras.applications`. */
export type Preprocessing = 'tf' | 'caffe';

/** ImageNet's mean colour, R G B, that `caffe` takes away. */
const meanColour = [123.68, 116.779, 103.939];

/**
 * Writes a network down layer by layer, each called once, under the names that Keras gives it: a layer without a name of its own is
 * called `conv2d`, `conv2d_1`, ... Every method returns the name of its layer, which stands for the layer's output.
 */
export class LayerGraph {
  readonly #layers: UntrainedLayer[] = [];
  readonly #counts = new Map<string, number>();

  constructor(readonly name: string) {}

  /**
   * Pixels, uint8 N x size x size x 3, RGB, scaled as the network expects. `caffe` networks want BGR: their first kernel is turned round when
   * its weights are read, so that no pixel has to move.
   */
  pixels(size: number, preprocessing: Preprocessing): string {
    const input = this.layer('InputLayer', 'image', { batch_shape: [null, size, size, 3], dtype: 'uint8' });
    if (preprocessing === 'tf') return this.layer('Rescaling', 'preprocess', { scale: 1 / 127.5, offset: -1 }, input);
    return this.layer('Rescaling', 'preprocess', { scale: 1, offset: meanColour.map((mean) => -mean) }, input);
  }

  layer(className: string, name: string, config: Config, ...inputs: readonly string[]): string {
    const calls = [inputs.map((layer) => ({ layer, call: 0, output: 0 }))];
    this.#layers.push({ className, name, config, calls });
    return name;
  }

  convolution(
    input: string,
    filters: number,
    kernel: number | readonly [number, number],
    { name = this.#numbered('conv2d'), strides = 1, padding = 'valid', bias = false, activation }: ConvolutionOptions = {},
  ): string {
    const config = { filters, kernel_size: kernel, strides, padding, use_bias: bias, ...(activation && { activation }) };
    return this.layer('Conv2D', name, config, input);
  }

  depthwise(input: string, name: string, strides: number, padding: 'same' | 'valid'): string {
    return this.layer('DepthwiseConv2D', name, { kernel_size: 3, strides, padding, use_bias: false }, input);
  }

  separable(input: string, filters: number, name: string): string {
    return this.layer('SeparableConv2D', name, { filters, kernel_size: 3, padding: 'same', use_bias: false }, input);
  }

  normalize(input: string, options: { readonly name?: string; readonly epsilon?: number; readonly scale?: boolean } = {}): string {
    const { name = this.#numbered('batch_normalization'), epsilon = 1e-3, scale = true } = options;
    return this.layer('BatchNormalization', name, { epsilon, scale }, input);
  }

  relu(input: string, name = this.#numbered('activation')): string {
    return this.layer('Activation', name, { activation: 'relu' }, input);
  }

  relu6(input: string, name: string): string {
    return this.layer('ReLU', name, { max_value: 6 }, input);
  }

  maxPool(input: string, window: number, name = this.#numbered('max_pooling2d'), padding: 'same' | 'valid' = 'valid'): string {
    return this.layer('MaxPooling2D', name, { pool_size: window, strides: 2, padding }, input);
  }

  /** Mean of 3 x 3 at every place. */
  smooth(input: string): string {
    return this.layer('AveragePooling2D', this.#numbered('average_pooling2d'), { pool_size: 3, strides: 1, padding: 'same' }, input);
  }

  pad(input: string, name: string, padding: number | readonly (readonly [number, number])[]): string {
    return this.layer('ZeroPadding2D', name, { padding }, input);
  }

  add(left: string, right: string, name = this.#numbered('add')): string {
    return this.layer('Add', name, {}, left, right);
  }

  concatenate(inputs: readonly string[], name = this.#numbered('concatenate')): string {
    return this.layer('Concatenate', name, {}, ...inputs);
  }

  average(input: string): string {
    return this.layer('GlobalAveragePooling2D', 'avg_pool', {}, input);
  }

  flatten(input: string): string {
    return this.layer('Flatten', 'flatten', {}, input);
  }

  dense(input: string, units: number, name: string, activation: 'relu' | 'softmax'): string {
    return this.layer('Dense', name, { units, activation }, input);
  }

  /** The network from its pixels to `output`. */
  model(output: string): Untrained {
    const tensor = (layer: string) => ({ layer, call: 0, output: 0 });
    return { name: this.name, layers: this.#layers, inputs: [tensor(this.#layers[0]!.name)], outputs: [tensor(output)], generation: 3 };
  }

  #numbered(kind: string): string {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    return count === 0 ? kind : `${kind}_${count}`;
  }
}
