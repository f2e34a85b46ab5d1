import type { LazyImage } from '../../image/lazy-image.js';
import type { RowGeometry } from './lane-protocol.js';

/** What a model said of one row. */
export interface RowAnswer {
  /** One vector an output of the model, in the order of its spec. */
  readonly vectors: readonly Float32Array[];
  readonly geometry: RowGeometry;
}

/** A row on its way through a model. */
export interface PendingRow {
  readonly image: LazyImage;
  /** `performance.now()` of its arrival. */
  readonly arrived: number;
  /** It was in a batch that killed its lane: it runs alone next time, and is given up if that dies too. */
  readonly suspect: boolean;
  readonly resolve: (answer: RowAnswer) => void;
  readonly reject: (reason: Error) => void;
}

/** Above this a second decoding in another lane costs more than the lane's help is worth. */
const cheapDecoding = 262_144;

/** Rows in order of arrival. */
export class RowQueue {
  #rows: PendingRow[] = [];

  get length(): number {
    return this.#rows.length;
  }

  get first(): PendingRow | undefined {
    return this.#rows[0];
  }

  push(row: PendingRow): void {
    this.#rows.push(row);
  }

  /** Puts rows back in front of all others. */
  unshift(rows: readonly PendingRow[]): void {
    this.#rows.unshift(...rows);
  }

  /**
   * The next rows: about `share` of them, never more than `most`. Rows of one source stay together, except (`spread`) where another
   * lane is idle and the picture small enough to be decoded twice. A suspect comes alone.
   */
  take(share: number, most: number, spread: boolean): PendingRow[] {
    return this.#rows.splice(0, this.first?.suspect === true ? 1 : this.#cut(share, most, spread));
  }

  drain(): PendingRow[] {
    return this.#rows.splice(0);
  }

  #cut(share: number, most: number, spread: boolean): number {
    const candidates = this.#rows.slice(0, most);
    const suspect = candidates.findIndex((row) => row.suspect);
    if (suspect !== -1) candidates.length = suspect;
    if (share >= candidates.length) return candidates.length;
    const source = candidates[share - 1]!.image.source;
    if (candidates[share]!.image.source !== source || (spread && source.bytes.length <= cheapDecoding)) return share;
    const begin = candidates.findIndex((row) => row.image.source === source);
    if (begin > 0) return begin;
    const end = candidates.findIndex((row) => row.image.source !== source);
    return end === -1 ? candidates.length : end;
  }
}
