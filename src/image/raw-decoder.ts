import { error } from '../errors.js';
import type { ImageLimits } from './image-limits.js';
import type { ImageSource, RawEncoding } from './image-source.js';
import { wordsOf, type Raster, type RasterBuffer } from './raster.js';

/** Bytes a pixel, and where in it red, green and blue lie. */
const layouts: Record<RawEncoding, readonly [channels: number, red: number, green: number, blue: number]> = {
  mono8: [1, 0, 0, 0],
  rgb8: [3, 0, 1, 2],
  bgr8: [3, 2, 1, 0],
  rgba8: [4, 0, 1, 2],
  bgra8: [4, 2, 1, 0],
};

/** Raw pixels, alpha dropped. Throws HW_IMAGE_CORRUPT where width x height x channels is not the number of bytes, HW_IMAGE_LIMIT. */
export function decodeRaw(source: ImageSource, encoding: RawEncoding, limits: ImageLimits, buffer: RasterBuffer): Raster {
  const { bytes, width = 0, height = 0 } = source;
  const [channels, red, green, blue] = layouts[encoding];
  const pixels = width * height;
  if (!(pixels > 0) || bytes.length !== pixels * channels) {
    throw error('HW_IMAGE_CORRUPT', { format: encoding, reason: `${bytes.length} bytes for ${width} x ${height} pixels` });
  }
  if (pixels > limits.pixels) {
    throw error('HW_IMAGE_LIMIT', { format: encoding, what: `${width} x ${height} pixels`, limit: `${limits.pixels} pixels` });
  }
  const words = wordsOf(buffer.take(pixels), pixels);
  for (let at = 0, from = 0; at < pixels; at++, from += channels) {
    words[at] = bytes[from + red]! | (bytes[from + green]! << 8) | (bytes[from + blue]! << 16);
  }
  return { width, height, words };
}
