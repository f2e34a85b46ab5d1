/** Margins to class probabilities, in place: one margin (sigmoid for class 1) gives two probabilities, more give one each (softmax). */
export function probabilitiesOf(margins: Float64Array): Float64Array {
  if (margins.length === 1) {
    const small = Math.exp(-Math.abs(margins[0]!));
    const high = 1 / (1 + small);
    return margins[0]! >= 0 ? Float64Array.of(small * high, high) : Float64Array.of(high, small * high);
  }
  const top = margins.reduce((high, value) => Math.max(high, value), -Infinity);
  const powers = margins.map((value) => Math.exp(value - top));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
