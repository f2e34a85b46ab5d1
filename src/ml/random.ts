/** A number in [0, 1) that depends on `seed` and `index` alone (two rounds of murmur3's finalizer), whatever was drawn before. */
export function uniformAt(seed: number, index: number): number {
  const high = mix(mix(seed ^ 0x9e3779b9) + index);
  const low = mix(high ^ mix(Math.floor(index / 2 ** 32) + 0x85ebca6b));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

/** The numbers 0 to n - 1 in an order that `seed` decides (Fisher-Yates). */
export function permutation(n: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = Math.floor(uniformAt(seed, last) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
