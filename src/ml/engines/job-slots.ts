import type { ImageSource } from '../../image/image-source.js';

const smallest = 256 * 1024;

/**
 * Shared memory in which a lane finds the pictures of its jobs, one block for each job that it may hold: copied once, allocated anew only when a job is
 * larger than any before. Blocks are used in turn, so a job must be answered before as many others as there are blocks have been packed after it.
 */
export class JobSlots {
  readonly #blocks: SharedArrayBuffer[];
  #next = 0;

  constructor(count: number) {
    this.#blocks = Array.from({ length: count }, () => new SharedArrayBuffer(smallest));
  }

  /** The same sources, their bytes in the next block. */
  pack(sources: readonly ImageSource[]): ImageSource[] {
    const size = sources.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const block = this.#block(size);
    let at = 0;
    return sources.map((source) => {
      const bytes = new Uint8Array(block, at, source.bytes.length);
      bytes.set(source.bytes);
      at += bytes.length;
      return { ...source, bytes };
    });
  }

  #block(size: number): SharedArrayBuffer {
    const turn = this.#next;
    this.#next = (turn + 1) % this.#blocks.length;
    const block = this.#blocks[turn]!;
    if (block.byteLength >= size) return block;
    return (this.#blocks[turn] = new SharedArrayBuffer(2 ** Math.ceil(Math.log2(size))));
  }
}
