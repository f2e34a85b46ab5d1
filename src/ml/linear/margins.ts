import type { Matrix } from '../feature/vectors.js';
import { error } from '../../errors.js';
import { dot } from '../solve/vector-math.js';

/** `x * coefficients + intercepts`: rows x vectors, float64. Throws HW_FEATURES_WIDTH. */
export function marginsOf(
  { data, rows, width }: Matrix,
  coefficients: Float64Array,
  intercepts: Float64Array,
  model: string,
): Float64Array {
  const vectors = intercepts.length;
  if (coefficients.length !== vectors * width) {
    throw error('HW_FEATURES_WIDTH', { head: model, expected: coefficients.length / vectors, got: width });
  }
  const margins = new Float64Array(rows * vectors);
  for (let row = 0; row < rows; row++) {
    const x = Float64Array.from(data.subarray(row * width, (row + 1) * width));
    for (let k = 0; k < vectors; k++) margins[row * vectors + k] = intercepts[k]! + dot(coefficients, x, k * width);
  }
  return margins;
}
