/** `x . y` in float64, in a fixed order of four running sums: the same bytes for the same input. */
export function dot(x: Float64Array, y: Float64Array | Float32Array, xAt = 0, yAt = 0, length = y.length - yAt): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (const end = length - 3; i < end; i += 4) {
    a += x[xAt + i]! * y[yAt + i]!;
    b += x[xAt + i + 1]! * y[yAt + i + 1]!;
    c += x[xAt + i + 2]! * y[yAt + i + 2]!;
    d += x[xAt + i + 3]! * y[yAt + i + 3]!;
  }
  for (; i < length; i++) a += x[xAt + i]! * y[yAt + i]!;
  return a + b + (c + d);
}

/** `y += scale * x`, from the given places on. */
export function addScaled(y: Float64Array, scale: number, x: Float64Array, yAt = 0, xAt = 0, length = x.length - xAt): void {
  if (scale === 0) return;
  for (let i = 0; i < length; i++) y[yAt + i]! += scale * x[xAt + i]!;
}

/** Rows that `rowDots` and `addRows` take at once. */
export const BLOCK = 4;

/**
 * Fills `out` with the products of `BLOCK` successive rows of `x` (from `xAt` on, `length` numbers each) and `y`. Each number of `y` is read once for all
 * rows, and each row has a running sum of its own, so that no addition waits for the one before.
 */
export function rowDots(out: Float64Array, x: Float64Array, y: Float64Array, xAt: number, yAt: number, length: number): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  const [second, third, fourth] = [xAt + length, xAt + 2 * length, xAt + 3 * length];
  for (let i = 0; i < length; i++) {
    const each = y[yAt + i]!;
    a += x[xAt + i]! * each;
    b += x[second + i]! * each;
    c += x[third + i]! * each;
    d += x[fourth + i]! * each;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

/** Adds `BLOCK` successive rows of `x`, each times its number of `scale`, to `y`: `y` is read and written once for all. */
export function addRows(y: Float64Array, scale: Float64Array, x: Float64Array, yAt: number, xAt: number, length: number): void {
  const [a, b, c, d] = [scale[0]!, scale[1]!, scale[2]!, scale[3]!];
  const [second, third, fourth] = [xAt + length, xAt + 2 * length, xAt + 3 * length];
  for (let i = 0; i < length; i++) {
    y[yAt + i]! += a * x[xAt + i]! + b * x[second + i]! + (c * x[third + i]! + d * x[fourth + i]!);
  }
}

export function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

/** The place of the largest, the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k;
  return best;
}
