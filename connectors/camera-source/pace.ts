/** Lets through so many pictures a second at most, by their times; the pictures between are left out as if the camera had not made them. */
export class Pace {
  readonly intervalMs: number;
  #due = -Infinity;

  constructor(maxPerSecond: number) {
    this.intervalMs = 1000 / maxPerSecond;
  }

  /** Whether a picture of this time, in milliseconds, is to be kept. */
  keeps(time: number): boolean {
    if (time < this.#due) return false;
    this.#due = Math.max(this.#due + this.intervalMs, time);
    return true;
  }
}
