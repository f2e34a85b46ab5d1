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

let shrunkRows = new Uint32Array(0);

/**
 * Draws the pixels `from` of the raster, scaled, into the pixels `to` of the canvas: area average when shrinking, bilinear when enlarging.
 * Red and blue share a word, 16 bits apart, so that one multiplication serves both; rounding keeps within 1 of 255 of exact arithmetic.
 */
export function resample(raster: Raster, from: PixelBox, canvas: Canvas, to: PixelBox): void {
  const { words, width: stride } = raster;
  const across = axisTaps(from.width, to.width);
  const down = axisTaps(from.height, to.height);
  const columns = to.width;
  if (shrunkRows.length < columns * from.height) shrunkRows = new Uint32Array(columns * from.height);
  const rows = shrunkRows;

  const { first, offset, weight } = across;
  for (let y = 0; y < from.height; y++) {
    const start = (from.y + y) * stride + from.x;
    const row = y * columns;
    let tap = 0;
    for (let x = 0; x < columns; x++) {
      const end = offset[x + 1]!;
      let at = start + first[x]!;
      let redBlue = 0x0080_0080;
      let green = 0x80;
      for (; tap < end; tap++) {
        const word = words[at++]!;
        const share = weight[tap]!;
        redBlue = (redBlue + Math.imul(word & 0x00ff_00ff, share)) | 0;
        green = (green + Math.imul((word >>> 8) & 0xff, share)) | 0;
      }
      rows[row + x] = ((redBlue >>> 8) & 0x00ff_00ff) | (green & 0xff00);
    }
  }

  const { bytes } = canvas;
  for (let y = 0; y < to.height; y++) {
    const begin = down.offset[y]!;
    const end = down.offset[y + 1]!;
    const start = down.first[y]! * columns;
    let out = canvas.offset + ((to.y + y) * canvas.width + to.x) * 3;
    for (let x = 0; x < columns; x++) {
      let at = start + x;
      let redBlue = 0x0080_0080;
      let green = 0x80;
      for (let tap = begin; tap < end; tap++) {
        const word = rows[at]!;
        const share = down.weight[tap]!;
        at += columns;
        redBlue = (redBlue + Math.imul(word & 0x00ff_00ff, share)) | 0;
        green = (green + Math.imul((word >>> 8) & 0xff, share)) | 0;
      }
      bytes[out] = (redBlue >>> 8) & 0xff;
      bytes[out + 1] = green >>> 8;
      bytes[out + 2] = redBlue >>> 24;
      out += 3;
    }
  }
}
