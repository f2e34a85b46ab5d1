import { requireWidth, type Matrix } from '../feature/vectors.js';
import { error } from '../../errors.js';
import { dot } from '../solve/vector-math.js';

/** `x * coefficients + intercepts`: rows x vectors, float64. Throws HW_FEATURES_WIDTH, HW_FEATURES_FINITE for a row with NaN. */
export function marginsOf(matrix: Matrix, coefficients: Float64Array, intercepts: Float64Array, model: string): Float64Array {
  const { data, rows, width } = matrix;
  const vectors = intercepts.length;
  requireWidth(matrix, coefficients.length / vectors, model);
  const margins = new Float64Array(rows * vectors);
  for (let row = 0; row < rows; row++) {
    const x = Float64Array.from(data.subarray(row * width, (row + 1) * width));
    for (let k = 0; k < vectors; k++) margins[row * vectors + k] = intercepts[k]! + dot(coefficients, x, k * width);
  }
  const bad = margins.findIndex((margin) => Number.isNaN(margin));
  if (bad >= 0) throw error('HW_FEATURES_FINITE', { row: Math.floor(bad / vectors), got: 'NaN' });
  return margins;
}
