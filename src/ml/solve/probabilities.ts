/** Margins to class probabilities: one margin (sigmoid for class 1) gives two probabilities, more give one each (softmax). */
export function probabilitiesOf(margins: Float64Array): Float64Array {
  if (margins.length === 1) {
    const small = Math.exp(-Math.abs(margins[0]!));
    const high = 1 / (1 + small);
    return margins[0]! >= 0 ? Float64Array.of(small * high, high) : Float64Array.of(high, small * high);
  }
  let top = -Infinity;
  for (let k = 0; k < margins.length; k++) top = Math.max(top, margins[k]!);
  const powers = new Float64Array(margins.length);
  let sum = 0;
  for (let k = 0; k < margins.length; k++) {
    powers[k] = Math.exp(margins[k]! - top);
    sum += powers[k]!;
  }
  for (let k = 0; k < margins.length; k++) powers[k]! /= sum;
  return powers;
}
