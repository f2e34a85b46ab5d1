/** Squared Euclidean distances of all pairs of rows i > j, by i, then by j. */
export function squaredDistances(rows: readonly Float32Array[]): Float64Array {
  const n = rows.length;
  const distances = new Float64Array((n * (n - 1)) / 2);
  let pair = 0;
  for (let i = 1; i < n; i++) {
    const one = rows[i]!;
    for (let j = 0; j < i; j++) {
      const other = rows[j]!;
      let total = 0;
      for (let k = 0; k < one.length; k++) total += (one[k]! - other[k]!) ** 2;
      distances[pair++] = total;
    }
  }
  return distances;
}

/** Means of what belongs to pairs of rows within those marked 1, within those marked 0, and across, in the order of `squaredDistances`. */
export function meansOfParts(pairs: Float64Array, mark: Uint8Array): { within: number; withinOther: number; across: number } {
  const n = mark.length;
  let [sum, sumOther, sumAcross, size, pair] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    size += mark[i]!;
    for (let j = 0; j < i; j++) {
      const value = pairs[pair++]!;
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
