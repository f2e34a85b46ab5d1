import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LazyImage } from '../../image/lazy-image.js';
import { renderPixels } from '../../image/pixels.js';
import { integerFrom, type Check } from '../params.js';
import type { Tensor } from '../safetensors.js';

/** Turns a value of a column, usually a path or URI, into a picture for a model: float32, [height, width, channels] or with a leading 1, RGB. */
export type ImageLoader = (uri: string) => Tensor | Promise<Tensor>;

export interface ImageFileOptions {
  readonly width: number;
  readonly height: number;
  /** Default 1. */
  readonly scale?: number;
  /** Default 0. */
  readonly offset?: number;
}

/**
 * A loader of files: decoded, fitted to `width` x `height`, RGB, each value times `scale` plus `offset` (0 to 255 otherwise). A stage with it can be
 * saved: its options stand for it.
 */
export function imageFileLoader(options: ImageFileOptions): ImageLoader {
  const load: ImageLoader = async (uri) =>
    pictureTensor(LazyImage.from(await readFile(uri.startsWith('file:') ? fileURLToPath(uri) : uri)), options);
  return Object.assign(load, { toJSON: () => options });
}

/** RGB float32 of a picture, [height, width, 3]: fitted to `width` x `height`, else at its own size; each value times `scale` plus `offset`. */
export async function pictureTensor(image: LazyImage, options?: ImageFileOptions): Promise<Tensor> {
  const { scale = 1, offset = 0 } = options ?? {};
  const { source, plan } = options === undefined ? image : image.resize({ width: options.width, height: options.height });
  const { width, height, channels, data } = await renderPixels(source, plan);
  return { shape: [height, width, channels], data: Float32Array.from(data, (value) => value * scale + offset) };
}

export const imageLoaderCheck: Check = {
  expected: 'a function of a URI, or {width, height} of a loader of files',
  holds: (value) => {
    if (typeof value === 'function') return true;
    const { width, height } = (value ?? {}) as Partial<ImageFileOptions>;
    return integerFrom(1).holds(width) && integerFrom(1).holds(height);
  },
};

/** The loader that a parameter names. */
export function loaderOf(loader: ImageLoader | ImageFileOptions): ImageLoader {
  return typeof loader === 'function' ? loader : imageFileLoader(loader);
}
