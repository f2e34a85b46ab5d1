/** Pictures that may come early together: what comes at the rate itself does not come to the millisecond. */
const BURST = 2;

/** Lets through so many pictures a second at most (a token bucket); those between are left out as if the camera had not made them. */
export class Pace {
  readonly intervalMs: number;
  #tokens = BURST;
  #at = -Infinity;

  constructor(maxPerSecond: number) {
    this.intervalMs = 1000 / maxPerSecond;
  }

  /** Whether a picture that comes at this time, in milliseconds, is to be kept. */
  keeps(time: number): boolean {
    this.#tokens = Math.min(BURST, this.#tokens + (time - this.#at) / this.intervalMs);
    this.#at = time;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
