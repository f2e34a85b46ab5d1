import sharp from 'sharp';

import { imageModes, type ChannelCount, type ImageStruct } from './image-struct.js';
import type { RawEncoding } from './image-source.js';
import { LazyImage } from './lazy-image.js';
import type { Pixels } from './pixels.js';

const structEncodings: Record<ChannelCount, RawEncoding> = { 1: 'mono8', 3: 'bgr8', 4: 'bgra8' };

/** Spark's image struct of decoded pixels: RGB becomes BGR, luma stays one channel. */
export function imageStructOf({ width, height, channels, data }: Pixels, origin = ''): ImageStruct {
  return {
    origin,
    width,
    height,
    nChannels: channels,
    mode: imageModes[channels],
    data: channels === 3 ? swapRedBlue(data) : data.slice(),
  };
}

/** An image struct as a picture that can be cropped, resized and given to a model; alpha is dropped when it is drawn. */
export function imageOf({ data, width, height, nChannels }: ImageStruct): LazyImage {
  return LazyImage.from(data, { encoding: structEncodings[nChannels], width, height });
}

export type EncodedFormat = 'jpeg' | 'png' | 'webp';

/** Pixels as the bytes of a file; `quality` 1 to 100 counts for JPEG and WebP. PNG keeps every pixel. */
export async function encodeImage({ width, height, channels, data }: Pixels, format: EncodedFormat, quality = 90): Promise<Uint8Array> {
  const raw = sharp(data, { raw: { width, height, channels } });
  return new Uint8Array(await raw.toFormat(format, format === 'png' ? {} : { quality }).toBuffer());
}

function swapRedBlue(data: Uint8Array): Uint8Array {
  const swapped = data.slice();
  for (let at = 0; at + 2 < data.length; at += 3) {
    swapped[at] = data[at + 2]!;
    swapped[at + 2] = data[at]!;
  }
  return swapped;
}
