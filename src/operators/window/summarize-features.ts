/** What a window tells about its feature vectors, element by element. */
export type Summary = 'mean' | 'max' | 'std' | 'delta';

type Summarize = (own: Float32Array, window: readonly Float32Array[], index: number) => number;

const summaries: Readonly<Record<Summary, Summarize>> = {
  mean: (_, window, index) => meanAt(window, index),
  max: (_, window, index) => window.reduce((most, vector) => Math.max(most, vector[index]!), -Infinity),
  std: (_, window, index) => {
    const mean = meanAt(window, index);
    return Math.sqrt(window.reduce((total, vector) => total + (vector[index]! - mean) ** 2, 0) / window.length);
  },
  delta: (own, window, index) => own[index]! - window[0]![index]!,
};

/** `own` and, behind it, each summary of `window` (the oldest vector first): float32, d x (1 + the number of summaries). */
export function summarize(own: Float32Array, window: readonly Float32Array[], chosen: readonly Summary[]): Float32Array {
  const d = own.length;
  const all = new Float32Array(d * (1 + chosen.length));
  all.set(own);
  chosen.forEach((summary, block) => {
    const at = summaries[summary];
    const vectors = window.length > 0 ? window : [own]; // a frame that came too late for its own window stands alone
    for (let index = 0; index < d; index++) all[(block + 1) * d + index] = at(own, vectors, index);
  });
  return all;
}

function meanAt(window: readonly Float32Array[], index: number): number {
  let total = 0;
  for (const vector of window) total += vector[index]!;
  return total / window.length;
}
