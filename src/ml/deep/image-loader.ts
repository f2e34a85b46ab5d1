import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LazyImage } from '../../image/lazy-image.js';
import { renderPixels } from '../../image/pixels.js';
import type { Tensor } from '../safetensors.js';

/** Turns a value of a column, usually a path or URI, into a picture for a model: float32, [height, width, channels] or with a leading 1, RGB. */
export type ImageLoader = (uri: string) => Tensor | Promise<Tensor>;

/** A loader of files: decoded, fitted to `width` x `height`, RGB, each value times `scale` plus `offset` (0 to 255 otherwise). */
export function imageFileLoader({
  width,
  height,
  scale = 1,
  offset = 0,
}: {
  width: number;
  height: number;
  scale?: number;
  offset?: number;
}): ImageLoader {
  return async (uri) => {
    const { source, plan } = LazyImage.from(await readFile(uri.startsWith('file:') ? fileURLToPath(uri) : uri)).resize({ width, height });
    const { data } = await renderPixels(source, plan);
    return { shape: [height, width, 3], data: Float32Array.from(data, (value) => value * scale + offset) };
  };
}
