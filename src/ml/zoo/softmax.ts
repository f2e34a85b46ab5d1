/** A class and how probable it is. */
export interface ClassProbability {
  readonly label: string;
  readonly probability: number;
}

/** Logits as probabilities, which sum to 1. */
export function softmax(logits: Float32Array): Float32Array {
  const probabilityOf = normalizer(logits);
  return logits.map(probabilityOf);
}

/** The `count` most probable classes of a row of logits, best first; equal ones in the order of their index. */
export function topClasses(logits: Float32Array, labels: readonly string[], count: number): ClassProbability[] {
  const probabilityOf = normalizer(logits);
  return bestIndices(logits, count).map((index) => ({ label: labels[index]!, probability: probabilityOf(logits[index]!) }));
}

/** From a logit of this row to its probability. */
function normalizer(logits: Float32Array): (logit: number) => number {
  const largest = maximum(logits);
  const sum = sumOfExponentials(logits, largest);
  return (logit) => Math.exp(logit - largest) / sum;
}

// Indices and no iterators below: a thousand boxed numbers a row are work for the garbage collector.

function maximum(values: Float32Array): number {
  let largest = -Infinity;
  for (let index = 0; index < values.length; index++) largest = Math.max(largest, values[index]!);
  return largest;
}

function sumOfExponentials(values: Float32Array, shift: number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.exp(values[index]! - shift);
  return sum;
}

/** Where the `count` largest scores lie, best first; equal ones in the order of their index. */
export function bestIndices(scores: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index]!;
    if (best.length === count && score <= scores[best[count - 1]!]!) continue;
    let place = best.length;
    while (place > 0 && scores[best[place - 1]!]! < score) place--;
    best.splice(place, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}
