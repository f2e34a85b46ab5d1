import type { ColumnMoments } from '../solve/standardise.js';

/**
 * The change between coefficients of standardised columns, which the solver works on, and of columns as they are, which the shards have.
 * A point is, vector after vector, a coefficient a column and the intercept.
 */
export class StandardPoint {
  readonly size: number;
  private readonly scale: Float64Array;

  constructor(
    private readonly moments: ColumnMoments,
    private readonly vectors: number,
  ) {
    this.size = vectors * (moments.mean.length + 1);
    this.scale = moments.deviation.map((deviation) => (deviation > 0 ? 1 / deviation : 0));
  }

  /** The same margins on columns as they are. */
  raw(point: Float64Array): Float64Array {
    const { mean } = this.moments;
    const width = mean.length;
    const out = new Float64Array(point.length);
    for (let at = 0; at < point.length; at += width + 1) {
      let shift = 0;
      for (let j = 0; j < width; j++) {
        out[at + j] = point[at + j]! * this.scale[j]!;
        shift += out[at + j]! * mean[j]!;
      }
      out[at + width] = point[at + width]! - shift;
    }
    return out;
  }

  /** The gradient by coefficients of standardised columns, from that by those of columns as they are. */
  gradient(raw: Float64Array): Float64Array {
    const { mean } = this.moments;
    const width = mean.length;
    const out = new Float64Array(raw.length);
    for (let at = 0; at < raw.length; at += width + 1) {
      const intercept = raw[at + width]!;
      for (let j = 0; j < width; j++) out[at + j] = (raw[at + j]! - mean[j]! * intercept) * this.scale[j]!;
      out[at + width] = intercept;
    }
    return out;
  }

  /** Standardised columns have about the curvature of the intercept, `bend` a vector. */
  diagonal(bend: Float64Array, l2: Float64Array): Float64Array {
    const width = l2.length;
    const out = new Float64Array(this.size);
    for (let k = 0; k < this.vectors; k++) {
      for (let j = 0; j <= width; j++) out[k * (width + 1) + j] = Math.max(bend[k]! + (l2[j] ?? 0), Number.MIN_VALUE);
    }
    return out;
  }
}
