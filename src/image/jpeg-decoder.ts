import jpeg from '@julusian/jpeg-turbo';

import { error } from '../errors.js';
import type { ImageLimits } from './image-limits.js';
import { readJpegHeader, type JpegHeader } from './jpeg-header.js';
import { wordsOf, type Raster, type RasterBuffer } from './raster.js';

/** Reads and judges the header: libjpeg-turbo crashes on an absurd size and works for minutes on thousands of scans. Throws HW_IMAGE_LIMIT, HW_IMAGE_CORRUPT. */
export function checkJpeg(bytes: Uint8Array, limits: ImageLimits): JpegHeader {
  const header = readJpegHeader(bytes);
  const pixels = header.width * header.height;
  refuse(pixels > limits.pixels, `${header.width} x ${header.height} pixels`, `${limits.pixels} pixels`);
  refuse(header.scans > limits.scans, `${header.scans} scans`, limits.scans);
  refuse(
    header.scans * pixels > limits.scanPixels,
    `${header.scans} scans of ${pixels} pixels`,
    `${limits.scanPixels} pixels in all scans`,
  );
  return header;
}

/** The fast path: upright grey or colour JPEG by libjpeg-turbo. Undefined where sharp has to judge: CMYK, a turned picture, or one that libjpeg-turbo warns of. */
export function decodeJpeg(bytes: Uint8Array, header: JpegHeader, buffer: RasterBuffer): Raster | undefined {
  const { width, height } = header;
  if (header.orientation !== 1 || (header.components !== 3 && header.components !== 1)) return undefined;
  const into = buffer.take(width * height);
  try {
    jpeg.decompressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), into, { format: jpeg.FORMAT_RGBX });
  } catch {
    return undefined;
  }
  return { width, height, words: wordsOf(into, width * height) };
}

function refuse(above: boolean, what: string, limit: string | number): void {
  if (above) throw error('HW_IMAGE_LIMIT', { format: 'JPEG', what, limit });
}
