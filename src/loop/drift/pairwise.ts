/** Squared Euclidean distances of all rows, symmetric, n x n. */
export function squaredDistances(rows: readonly Float32Array[]): Float64Array {
  const n = rows.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let total = 0;
      for (let k = 0; k < rows[i]!.length; k++) total += (rows[i]![k]! - rows[j]![k]!) ** 2;
      distances[i * n + j] = distances[j * n + i] = total;
    }
  }
  return distances;
}

/** Means of a symmetric n x n matrix within the rows marked 1, within those marked 0, and across; the diagonal is left out. */
export function meansOfParts(matrix: Float64Array, mark: Uint8Array): { within: number; withinOther: number; across: number } {
  const n = mark.length;
  let [sum, sumOther, sumAcross, size] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    size += mark[i]!;
    for (let j = 0; j < i; j++) {
      const value = matrix[i * n + j]!;
      if (mark[i] !== mark[j]) sumAcross += value;
      else if (mark[i] === 1) sum += value;
      else sumOther += value;
    }
  }
  const other = n - size;
  return {
    within: (2 * sum) / (size * (size - 1)),
    withinOther: (2 * sumOther) / (other * (other - 1)),
    across: sumAcross / (size * other),
  };
}
