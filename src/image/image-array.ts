import { error } from '../errors.js';
import { imageStructOf } from './image-conversion.js';
import { imageModes, type ImageStruct } from './image-struct.js';
import type { RawEncoding } from './image-source.js';
import { LazyImage } from './lazy-image.js';

/** Pixels as an array: rows top down, channels interleaved. */
export interface ImageArray {
  /** [height, width, channels], with a leading 1 or without. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const encodings: Readonly<Record<ImageStruct['nChannels'], RawEncoding>> = { 1: 'mono8', 3: 'bgr8', 4: 'bgra8' };

/**
 * An image struct of an array of 8-bit pixels, channels as they are (Spark's order is BGR): sparkdl's `imageArrayToStruct`. Throws
 * HW_IMAGE_ARRAY for other shapes; sparkdl's structs of float32 are not there.
 */
export function imageArrayToStruct({ shape, data }: ImageArray, origin = ''): ImageStruct {
  const [height = 0, width = 0, nChannels = 0] = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  const fits = shape.length === 3 || (shape.length === 4 && shape[0] === 1);
  if (!fits || !isChannelCount(nChannels) || !(data instanceof Uint8Array) || data.length !== height * width * nChannels)
    throw error('HW_IMAGE_ARRAY', { shape: shape.join(', '), kind: data.constructor.name, length: data.length });
  return { origin, height, width, nChannels, mode: imageModes[nChannels], data };
}

/** The array of a struct, channels as they are: sparkdl's `imageStructToArray`. */
export function imageStructToArray({ height, width, nChannels, data }: ImageStruct): ImageArray {
  return { shape: [height, width, nChannels], data };
}

/**
 * A function that fits structs to `height` x `width`, three channels, null to null; of the size already, a struct stays as it is: sparkdl's
 * `createResizeImageUDF`, for `withColumn`.
 *
 * @example data.withColumn('small', ({ image }) => resize(image)) // resize = createResizeImageUDF([224, 224])
 */
export function createResizeImageUDF([height, width]: readonly [height: number, width: number]): (
  image: unknown,
) => Promise<ImageStruct | null> {
  return async (value) => {
    const image = value as ImageStruct | null | undefined;
    if (image === null || image === undefined || image.height < 0) return null;
    if (image.height === height && image.width === width) return image;
    const source = LazyImage.from(image.data, { encoding: encodings[image.nChannels], width: image.width, height: image.height });
    return imageStructOf(await source.resize({ width, height }).pixels(), image.origin);
  };
}

function isChannelCount(channels: number): channels is ImageStruct['nChannels'] {
  return channels in imageModes;
}
