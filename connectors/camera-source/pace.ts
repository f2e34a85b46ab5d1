/** Seconds whose pictures may come all at once, as they do after the network was held up. */
const BURST_SECONDS = 0.25;

/** Lets through so many pictures a second at most (a token bucket); those between are left out as if the camera had not made them. */
export class Pace {
  readonly intervalMs: number;
  readonly #burst: number;
  #tokens: number;
  #at = -Infinity;

  constructor(maxPerSecond: number) {
    this.intervalMs = 1000 / maxPerSecond;
    this.#burst = Math.max(2, maxPerSecond * BURST_SECONDS);
    this.#tokens = this.#burst;
  }

  /** Whether a picture that comes at this time, in milliseconds, is to be kept. */
  keeps(time: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (time - this.#at) / this.intervalMs);
    this.#at = time;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
