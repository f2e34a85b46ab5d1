import { error } from '../errors.js';
import { imageFormat } from './image-format.js';
import { defaultLimits, type ImageLimits } from './image-limits.js';
import { checkJpeg, decodeJpeg } from './jpeg-decoder.js';
import type { ImageSource } from './image-source.js';
import { decodeRaw } from './raw-decoder.js';
import type { Raster, RasterBuffer } from './raster.js';
import { decodeWithSharp } from './sharp-decoder.js';

/**
 * Decodes a picture into `buffer`: at once where libjpeg-turbo or raw pixels do, later where sharp has to.
 * Throws or rejects with HW_IMAGE_FORMAT, HW_IMAGE_LIMIT or HW_IMAGE_CORRUPT. Flipped bits inside a JPEG scan cannot be told from pixels.
 */
export function decodeSource(source: ImageSource, buffer: RasterBuffer, limits: ImageLimits = defaultLimits): Raster | Promise<Raster> {
  if (source.encoding !== 'auto') return decodeRaw(source, source.encoding, limits, buffer);
  const { bytes } = source;
  const format = imageFormat(bytes);
  if (format === undefined) throw error('HW_IMAGE_FORMAT', { problem: firstBytes(bytes) });
  if (format !== 'JPEG') return decodeWithSharp(bytes, format, limits);
  return decodeJpeg(bytes, checkJpeg(bytes, limits), buffer) ?? decodeWithSharp(bytes, format, limits);
}

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes at all';
  return `${bytes.length} bytes that start with ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
}
