/** A class and how probable it is. */
export interface ClassProbability {
  readonly label: string;
  readonly probability: number;
}

/** Logits as probabilities, which sum to 1. */
export function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return logits.map((logit) => Math.exp(logit - largest) / sum);
}

/** The `count` most probable classes of a row of logits, best first; equal ones in the order of their index. */
export function topClasses(logits: Float32Array, labels: readonly string[], count: number): ClassProbability[] {
  const probabilities = softmax(logits);
  return bestIndices(logits, count).map((index) => ({ label: labels[index]!, probability: probabilities[index]! }));
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
