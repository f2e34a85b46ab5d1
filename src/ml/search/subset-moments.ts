import type { Fold } from '../selection/fold.js';

/**
 * Unbiased weighted deviation of every column of `x` (n x width, about standardised) in the training rows of each fold. Sums over
 * a fold's training rows are those over all rows less those left out, whichever way has fewer rows to read.
 */
export function foldDeviations(x: Float32Array, width: number, weights: Float64Array, folds: readonly Fold[]): Float64Array[] {
  const everything = sumsOf(x, width, weights, weights.keys());
  return folds.map(({ train }) => {
    const inside = new Set(train);
    const direct = train.length * 2 < weights.length;
    const rows = direct ? train : Array.from(weights.keys()).filter((row) => !inside.has(row));
    const sums = sumsOf(x, width, weights, rows);
    return direct ? deviations(sums) : deviations(difference(everything, sums));
  });
}

/** 1 for every column of `x` that is not constant in the given rows, those without weight left out; else 0. */
export function variesIn(x: Float32Array, width: number, weights: Float64Array, rows: Int32Array): Float64Array {
  const seen = rows.filter((row) => weights[row]! > 0);
  return Float64Array.from({ length: width }, (_, j) => Number(seen.some((row) => x[row * width + j] !== x[seen[0]! * width + j])));
}

interface Sums {
  readonly weight: number;
  readonly squaredWeight: number;
  readonly value: Float64Array;
  readonly squaredValue: Float64Array;
}

function sumsOf(x: Float32Array, width: number, weights: Float64Array, rows: Iterable<number>): Sums {
  const [value, squaredValue] = [new Float64Array(width), new Float64Array(width)];
  let [weight, squaredWeight] = [0, 0];
  for (const row of rows) {
    const own = weights[row]!;
    weight += own;
    squaredWeight += own * own;
    for (let j = 0, at = row * width; j < width; j++, at++) {
      const each = own * x[at]!;
      value[j]! += each;
      squaredValue[j]! += each * x[at]!;
    }
  }
  return { weight, squaredWeight, value, squaredValue };
}

function difference(all: Sums, part: Sums): Sums {
  return {
    weight: all.weight - part.weight,
    squaredWeight: all.squaredWeight - part.squaredWeight,
    value: all.value.map((sum, j) => sum - part.value[j]!),
    squaredValue: all.squaredValue.map((sum, j) => sum - part.squaredValue[j]!),
  };
}

function deviations({ weight, squaredWeight, value, squaredValue }: Sums): Float64Array {
  const freedom = weight - squaredWeight / weight;
  return value.map((sum, j) => {
    const scatter = squaredValue[j]! - (sum * sum) / weight;
    // What is left of a constant column is the rounding of its sums.
    return scatter > 1e-12 * squaredValue[j]! ? Math.sqrt(scatter / freedom) : 0;
  });
}
