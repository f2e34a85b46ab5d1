import { error } from '../../errors.js';
import type { ImageStruct } from '../../image/image-struct.js';
import { LazyImage } from '../../image/lazy-image.js';

const encodings = { 1: 'mono8', 3: 'bgr8', 4: 'bgra8' } as const;

/**
 * A value of an image column as a lazy image: Spark's image struct (grey, BGR or BGRA; alpha dropped), a lazy image, or the bytes of a file.
 * Null for null and for Spark's mark of a picture that could not be read (height -1, no data). Throws HW_IMAGE_EXPECTED.
 */
export function imageOf(value: unknown, column: string, row: number): LazyImage | null {
  if (value === null || value === undefined) return null;
  if (value instanceof LazyImage) return value;
  if (value instanceof Uint8Array) return LazyImage.from(value);
  if (!isStruct(value)) throw error('HW_IMAGE_EXPECTED', { column, row, got: typeof value });
  const { height, width, nChannels, data } = value;
  if (height < 0 || data.length === 0) return null;
  return LazyImage.from(data, { encoding: encodings[nChannels], width, height });
}

function isStruct(value: unknown): value is ImageStruct {
  if (typeof value !== 'object' || value === null) return false;
  const { height, width, nChannels, data } = value as Partial<ImageStruct>;
  const isInvalid = height === -1 && data instanceof Uint8Array;
  return (
    isInvalid || (typeof height === 'number' && typeof width === 'number' && data instanceof Uint8Array && String(nChannels) in encodings)
  );
}
