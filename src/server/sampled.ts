import type { Clock } from '../time/clock.js';

/** `read`, at most once in `ms` milliseconds however many ask: all who ask meanwhile share one answer. A failure is not kept. */
export function sampled<T>(clock: Clock, ms: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const at = clock.now();
    if (last && at - last.at < ms) return last.answer;
    const answer = read();
    last = { at, answer };
    answer.catch(() => (last = undefined));
    return answer;
  };
}
