/** Largest difference of the two empirical distribution functions (Kolmogorov-Smirnov). */
export function ksStatistic(one: readonly number[], other: readonly number[]): number {
  const a = Float64Array.from(one).sort();
  const b = Float64Array.from(other).sort();
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i += 1;
    while (j < b.length && b[j]! <= value) j += 1;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/**
 * Exact probability that two samples of `n` values each from one distribution differ by `statistic` or more: Gnedenko & Korolyuk's closed form for
 * samples of equal size.
 */
export function ksProbability(statistic: number, n: number): number {
  const steps = Math.round(statistic * n);
  if (steps === 0) return 1;
  let probability = 0;
  for (let times = 1; times * steps <= n; times++) {
    // C(2n, n - k) / C(2n, n) as a product
    const k = times * steps;
    let ratio = 1;
    for (let index = 0; index < k; index++) ratio *= (n - index) / (n + k - index);
    probability += (times % 2 === 1 ? 2 : -2) * ratio;
  }
  return Math.min(1, Math.max(0, probability));
}
