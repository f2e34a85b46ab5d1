import type { NetworkName } from './architectures/architecture.js';
import type { Digest } from './download.js';

/** A file of weights that Keras publishes. */
interface PublishedFile {
  readonly url: string;
  /** Keras states MD5 sums, and none for MobileNetV2. */
  readonly digest?: Digest;
}

export interface PublishedWeights {
  readonly withTop: PublishedFile;
  readonly withoutTop: PublishedFile;
}

const base = 'https://storage.googleapis.com/tensorflow/keras-applications';

function published(folder: string, model: string, withTop: string, withoutTop: string): PublishedWeights {
  const file = (suffix: string, hex: string): PublishedFile => ({
    url: `${base}/${folder}/${model}_weights_tf_dim_ordering_tf_kernels${suffix}.h5`,
    digest: { algorithm: 'md5', hex },
  });
  return { withTop: file('', withTop), withoutTop: file('_notop', withoutTop) };
}

/** The ImageNet weights of `keras.applications` (Keras 3), trained by their authors; addresses and sums as Keras states them. */
export const imagenetWeights: Readonly<Record<NetworkName, PublishedWeights>> = {
  InceptionV3: published('inception_v3', 'inception_v3', '9a0d58056eeedaa3f26cb7ebd46da564', 'bcbd6486424b2319ff4ef7d526e38f63'),
  Xception: published('xception', 'xception', '0a58e3b7378bc2990ea3b43d5981f1f6', 'b0042744bf5b25fce3cb969f33bebb97'),
  ResNet50: published('resnet', 'resnet50', '2cb95161c43110f7111970584f804107', '4d473c1dd8becc155b73f8504c6f6626'),
  VGG16: published('vgg16', 'vgg16', '64373286793e3c8b2b4e3219cbf3544b', '6d6bbae143d832006294945121d1f1fc'),
  VGG19: published('vgg19', 'vgg19', 'cbe5617147190e668d6c5d5026f83318', '253f8cb515780f3b799900260a226db6'),
  MobileNetV2: {
    withTop: { url: `${base}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5` },
    withoutTop: { url: `${base}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5` },
  },
};
