/** Mean and standard deviation a column, weighted; a constant column has deviation 0. */
export interface ColumnMoments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Row-major numbers, n x d. */
export type Rows = Float32Array | Float64Array;

/**
 * Weighted moments of the columns of `x` (n x d). The variance is Spark's unbiased one for weights: sum w (x - mean)^2 divided by
 * sum w - sum w^2 / sum w, which is n - 1 for equal weights; or the population's, divided by sum w.
 */
export function columnMoments(
  x: Rows,
  width: number,
  weights: Float64Array,
  variance: 'unbiased' | 'population' = 'unbiased',
): ColumnMoments {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let row = 0, at = 0; row < weights.length; row++) {
    const share = weights[row]! / total;
    for (let j = 0; j < width; j++, at++) mean[j]! += share * x[at]!;
  }
  for (let row = 0, at = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    for (let j = 0; j < width; j++, at++) {
      const off = x[at]! - mean[j]!;
      deviation[j]! += weight * (off * off);
    }
  }
  const freedom = variance === 'unbiased' ? total - squares / total : total;
  for (let j = 0; j < width; j++) {
    const variance = freedom > 0 ? deviation[j]! / freedom : 0;
    const rounding = (4 * Number.EPSILON * Math.abs(mean[j]!)) ** 2;
    deviation[j] = variance > rounding ? Math.sqrt(variance) : 0;
  }
  return { mean, deviation };
}

/** `(x - mean) / deviation`, float64; constant columns become 0. */
export function standardise(x: Rows, { mean, deviation }: ColumnMoments): Float64Array {
  const width = mean.length;
  const scale = deviation.map((value) => (value > 0 ? 1 / value : 0));
  const scaled = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    for (let j = 0; j < width; j++) scaled[at + j] = (x[at + j]! - mean[j]!) * scale[j]!;
  }
  return scaled;
}
