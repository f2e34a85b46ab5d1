import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { error } from '../../errors.js';
import { kerasToOnnx } from '../formats/keras-to-onnx/convert.js';
import { buildNetwork, type Architecture, type NetworkName, type NetworkOutput } from './architectures/architecture.js';
import { inceptionV3 } from './architectures/inception-v3.js';
import { mobilenetV2 } from './architectures/mobilenet-v2.js';
import { resnet50 } from './architectures/resnet50.js';
import { vgg16, vgg19 } from './architectures/vgg.js';
import { xception } from './architectures/xception.js';
import { cacheDirectory } from './cache-directory.js';
import { download, type DownloadOptions } from './download.js';
import { imagenetWeights } from './imagenet-weights.js';
import { loadNetworkWeights, reverseInputChannels } from './keras-weights.js';
import { progressBar } from './progress-bar.js';

export const architectures: Readonly<Record<NetworkName, Architecture>> = {
  InceptionV3: inceptionV3,
  Xception: xception,
  ResNet50: resnet50,
  VGG16: vgg16,
  VGG19: vgg19,
  MobileNetV2: mobilenetV2,
};

export interface WeightsOptions extends Omit<DownloadOptions, 'digest'> {
  /** A Keras weights file (HDF5); otherwise ImageNet's are fetched once and kept in the cache directory. */
  readonly weights?: string | undefined;
  readonly cacheDirectory?: string | undefined;
}

/**
 * A network of `keras.applications` as an ONNX model: input `image` uint8 N x size x size x 3 RGB, scaled within; one output, float32, by the name
 * of its layer. Throws HW_DOWNLOAD offline, HW_MODEL_WEIGHTS for a file of another network.
 */
export async function networkToOnnx(name: NetworkName, output: NetworkOutput, options: WeightsOptions = {}): Promise<Uint8Array> {
  const architecture = architectures[name];
  const model = await loadNetworkWeights(buildNetwork(name, architecture, output), await weightsFile(name, output, options));
  if (architecture.preprocessing === 'tf') return kerasToOnnx(model);
  const first = model.layers.find(({ weights }) => weights.length > 0);
  const layers = model.layers.map((layer) => {
    const [kernel, ...rest] = layer.weights;
    return layer === first ? { ...layer, weights: [reverseInputChannels(kernel!), ...rest] } : layer;
  });
  return kerasToOnnx({ ...model, layers });
}

/** Path of the network's weights: the given file, or ImageNet's, fetched when they are not in the cache. */
export async function weightsFile(name: NetworkName, output: NetworkOutput, options: WeightsOptions): Promise<string> {
  if (options.weights !== undefined) {
    if (!existsSync(options.weights))
      throw error('HW_MODEL_WEIGHTS', { file: options.weights, model: name, problem: 'there is no such file' });
    return options.weights;
  }
  const { withTop, withoutTop } = imagenetWeights[name];
  const { url, digest } = output === 'predictions' ? withTop : withoutTop;
  const file = join(options.cacheDirectory ?? cacheDirectory(), 'weights', url.split('/').at(-1)!);
  if (!existsSync(file)) await download(url, file, { digest, onProgress: options.onProgress ?? progressBar(), signal: options.signal });
  return file;
}
