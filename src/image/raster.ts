/** Decoded pixels, four bytes each: red, green, blue, unused. Rows top down, orientation applied. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** width x height words of a picture buffer, which the next decoding may use again. */
  readonly words: Uint32Array;
}

/** Where decoders put their pixels: one buffer that grows, and is let go again after a picture that was out of the ordinary. */
export class RasterBuffer {
  static readonly #kept = 4 * 8_388_608;
  #bytes = Buffer.alloc(0);

  /** At least `pixels` x 4 bytes; whatever was handed out before is overwritten. */
  take(pixels: number): Buffer {
    const size = pixels * 4;
    if (this.#bytes.length < size || this.#bytes.length > Math.max(size, RasterBuffer.#kept))
      this.#bytes = Buffer.from(new ArrayBuffer(size));
    return this.#bytes;
  }
}

/** The words of an RGBX buffer that starts on a word boundary. */
export function wordsOf(bytes: Buffer, pixels: number): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, pixels);
}
