/** How far two vectors are apart: `euclidean`, or `cosine`, one less the cosine of their angle, 0 to 2 (scikit-learn's `cosine_distances`). */
export type Metric = 'euclidean' | 'cosine';

export type Vector = Float32Array | Float64Array;

/** The distance of two vectors of one width, in float64. The cosine distance of a vector of zeros is 1. */
export function distance(metric: Metric, x: Vector, y: Vector): number {
  return metric === 'euclidean' ? euclidean(x, y) : cosine(x, y);
}

function euclidean(x: Vector, y: Vector): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i]! - y[i]!) ** 2;
  return Math.sqrt(squares);
}

function cosine(x: Vector, y: Vector): number {
  let [product, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, y[i]!];
    product += a * b;
    xx += a * a;
    yy += b * b;
  }
  if (xx === 0 || yy === 0) return 1;
  return Math.min(2, Math.max(0, 1 - product / (Math.sqrt(xx) * Math.sqrt(yy))));
}
