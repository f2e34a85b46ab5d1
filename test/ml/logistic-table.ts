/** The data of test/golden/ml/make_logistic.py. */
export function logisticTable(n: number, d: number, classes: number, noise = 1): { x: Float32Array; y: Int32Array } {
  const y = Int32Array.from({ length: n }, (_, i) => (i * 7) % classes);
  const x = Float32Array.from({ length: n * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    return Math.sin(1.3 * i + 0.7 * j + 0.01 * i * j) * noise + Math.cos((y[i]! + 1) * (j + 2)) + 0.1 * j;
  });
  return { x, y };
}
