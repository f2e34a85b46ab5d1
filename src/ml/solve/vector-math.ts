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

export function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}
