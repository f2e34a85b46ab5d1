import { uniformAt } from '../ml/random.js';

/**
 * Share of bootstrap samples of the same rows in which `one` is right at least as often as `other` (paired bootstrap; Efron & Tibshirani 1993).
 * The same seed gives the same share.
 */
export function atLeastAsGood(one: Uint8Array, other: Uint8Array, resamples: number, seed: number): number {
  const rows = one.length;
  let draws = 0;
  let wins = 0;
  for (let sample = 0; sample < resamples; sample++) {
    let difference = 0;
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(uniformAt(seed, draws++) * rows);
      difference += one[row]! - other[row]!;
    }
    if (difference >= 0) wins += 1;
  }
  return wins / resamples;
}
