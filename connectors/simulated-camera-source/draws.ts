import { uniformAt } from 'headwater/connect';

/** Numbers drawn at random that depend on a seed and what they are for, and not on what was drawn before for something else. */
export class Draws {
  readonly #seed: number;
  #next = 0;

  /** `path` says what for: camera, purpose, number. */
  constructor(seed: number, ...path: readonly number[]) {
    this.#seed = path.reduce((parent, step) => Math.floor(uniformAt(parent, step) * 2 ** 32), seed);
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * uniformAt(this.#seed, this.#next++);
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  of<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.between(0, choices.length))]!;
  }
}
