import type { Untrained } from '../../formats/keras-model.js';
import { LayerGraph, type Preprocessing } from './layer-graph.js';

/** Networks of `keras.applications` that are built here. */
export const networkNames = ['InceptionV3', 'Xception', 'ResNet50', 'VGG16', 'VGG19', 'MobileNetV2'] as const;
export type NetworkName = (typeof networkNames)[number];

/** A network of the zoo: a body that makes a feature map of a picture, and a classifier of ImageNet's 1000 classes on top. */
export interface Architecture {
  /** Height and width of the pictures, in pixels. */
  readonly size: number;
  readonly preprocessing: Preprocessing;
  /** Height, width and channels of the feature map. */
  readonly featureMap: readonly [height: number, width: number, channels: number];
  readonly body: (net: LayerGraph, pixels: string) => string;
  readonly top: (net: LayerGraph, features: string) => string;
}

/** What a network is asked for: its classes' probabilities, the feature map's average, or the whole map, flattened H, W, C. */
export type NetworkOutput = 'predictions' | 'features' | 'featureMap';

/** The layers from pixels (uint8, N x size x size x 3, RGB) to one output. */
export function buildNetwork(name: string, architecture: Architecture, output: NetworkOutput): Untrained {
  const net = new LayerGraph(name);
  const features = architecture.body(net, net.pixels(architecture.size, architecture.preprocessing));
  if (output === 'predictions') return net.model(architecture.top(net, features));
  return net.model(output === 'features' ? net.average(features) : net.flatten(features));
}

/** The classifier of most networks: average, then one dense layer. */
export function averageAndClassify(net: LayerGraph, features: string): string {
  return net.dense(net.average(features), 1000, 'predictions', 'softmax');
}
