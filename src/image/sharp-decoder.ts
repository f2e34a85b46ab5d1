import sharp from 'sharp';

import { error, reasonOf } from '../errors.js';
import type { ImageFormat } from './image-format.js';
import type { ImageLimits } from './image-limits.js';
import { wordsOf, type Raster } from './raster.js';

// One thread a picture and no cache: lanes work side by side, and no picture comes twice.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Any format by libvips: the first page of an animation, EXIF orientation applied, 16 bits cut to the upper 8, grey and CMYK turned
 * to sRGB, alpha dropped (what lies under it shows, as with PIL's convert('RGB')). Throws HW_IMAGE_LIMIT, HW_IMAGE_CORRUPT.
 */
export async function decodeWithSharp(bytes: Uint8Array, format: ImageFormat, limits: ImageLimits): Promise<Raster> {
  // A warning means missing or damaged data in a JPEG, but no more than a careless colour profile in a PNG.
  const failOn = format === 'JPEG' ? 'warning' : 'error';
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: limits.pixels, failOn, sequentialRead: true, page: 0, pages: 1 })
      .autoOrient()
      .removeAlpha()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const pixels = info.width * info.height;
    const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(Uint8Array.from(data).buffer);
    return { width: info.width, height: info.height, words: wordsOf(aligned, pixels) };
  } catch (thrown) {
    const reason = reasonOf(thrown).split('\n')[0] ?? '';
    if (reason.includes('pixel limit'))
      throw error('HW_IMAGE_LIMIT', { format, what: 'too many pixels', limit: `${limits.pixels} pixels` }, thrown);
    throw error('HW_IMAGE_CORRUPT', { format, reason }, thrown);
  }
}
