import { axisTaps } from './axis-taps.js';
import type { Raster } from './raster.js';

/** A rectangle of whole pixels. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rows of RGB bytes to draw into: a slot of a batch, or a picture of its own. */
export interface Canvas {
  readonly bytes: Uint8Array;
  /** Where its first byte lies. */
  readonly offset: number;
  /** Pixels in a row. */
  readonly width: number;
  readonly height: number;
}

/** Half of 256 in both channels of a word: shares add up to 256, and what is left after the shift is rounded. */
const half = 0x0080_0080;
/** Red and blue of a word; green lies between them. */
const evenBytes = 0x00ff_00ff;

let shrunkRows = new Uint32Array(0);

/**
 * Draws the pixels `from` of the raster, scaled, into the pixels `to` of the canvas: area average when shrinking, bilinear when enlarging.
 * Two pixels are summed at a time, in three words of two channels each, 16 bits apart, so that one multiplication serves two channels; rounding keeps
 * within 1 of 255 of exact arithmetic.
 */
export function resample(raster: Raster, from: PixelBox, canvas: Canvas, to: PixelBox): void {
  if (shrunkRows.length < to.width * from.height) shrunkRows = new Uint32Array(to.width * from.height);
  shrinkRows(raster, from, to.width);
  shrinkColumns(from.height, canvas, to);
}

/** Every row of the box becomes a row of `shrunkRows`, two rows at a time (the last one of an odd number with itself). */
function shrinkRows({ words, width: stride }: Raster, from: PixelBox, columns: number): void {
  const { first, offset, weight } = axisTaps(from.width, columns);
  const rows = shrunkRows;
  for (let y = 0; y < from.height; y += 2) {
    const down = y + 1 < from.height ? 1 : 0;
    const start = (from.y + y) * stride + from.x;
    const below = down * stride;
    const row = y * columns;
    const nextRow = row + down * columns;
    let tap = 0;
    for (let x = 0; x < columns; x++) {
      const end = offset[x + 1]!;
      let at = start + first[x]!;
      let redBlue = half;
      let greens = half;
      let redBlueBelow = half;
      for (; tap < end; tap++) {
        const share = weight[tap]!;
        const word = words[at]!;
        const wordBelow = words[at + below]!;
        at++;
        redBlue = (redBlue + Math.imul(word & evenBytes, share)) | 0;
        greens = (greens + Math.imul(((word >>> 8) & 0xff) | ((wordBelow << 8) & 0x00ff_0000), share)) | 0;
        redBlueBelow = (redBlueBelow + Math.imul(wordBelow & evenBytes, share)) | 0;
      }
      rows[row + x] = ((redBlue >>> 8) & evenBytes) | (greens & 0xff00);
      rows[nextRow + x] = ((redBlueBelow >>> 8) & evenBytes) | ((greens >>> 16) & 0xff00);
    }
  }
}

/** Every column of `shrunkRows` becomes a column of the canvas, two columns at a time (the last one of an odd number with itself). */
function shrinkColumns(height: number, { bytes, offset: origin, width }: Canvas, to: PixelBox): void {
  const { first, offset, weight } = axisTaps(height, to.height);
  const rows = shrunkRows;
  const columns = to.width;
  for (let y = 0; y < to.height; y++) {
    const begin = offset[y]!;
    const end = offset[y + 1]!;
    const start = first[y]! * columns;
    let out = origin + ((to.y + y) * width + to.x) * 3;
    for (let x = 0; x < columns; x += 2) {
      const right = x + 1 < columns ? 1 : 0;
      let at = start + x;
      let redBlue = half;
      let greens = half;
      let redBlueRight = half;
      for (let tap = begin; tap < end; tap++) {
        const share = weight[tap]!;
        const word = rows[at]!;
        const wordRight = rows[at + right]!;
        at += columns;
        redBlue = (redBlue + Math.imul(word & evenBytes, share)) | 0;
        greens = (greens + Math.imul(((word >>> 8) & 0xff) | ((wordRight << 8) & 0x00ff_0000), share)) | 0;
        redBlueRight = (redBlueRight + Math.imul(wordRight & evenBytes, share)) | 0;
      }
      bytes[out] = redBlue >>> 8;
      bytes[out + 1] = greens >>> 8;
      bytes[out + 2] = redBlue >>> 24;
      out += right * 3;
      bytes[out] = redBlueRight >>> 8;
      bytes[out + 1] = greens >>> 24;
      bytes[out + 2] = redBlueRight >>> 24;
      out += 3;
    }
  }
}
