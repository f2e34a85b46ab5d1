import { createHistogram } from 'node:perf_hooks';

/** Upper bounds of the buckets, in milliseconds. */
const bounds = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const;

/** How long something took, over and over: exact percentiles here, buckets for who adds them up over processes. Its size does not grow. */
export class Durations {
  /** Microseconds, HDR with three significant digits. */
  readonly #histogram = createHistogram();
  readonly #within = new Array<number>(bounds.length).fill(0);
  #sumMs = 0;

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1000)));
    this.#sumMs += Math.max(0, ms);
    const bucket = bounds.findIndex((bound) => ms <= bound);
    if (bucket >= 0) this.#within[bucket]! += 1;
  }

  get count(): number {
    return this.#histogram.count;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  /** Milliseconds within which `rank` of a hundred were done; NaN before the first. */
  percentile(rank: number): number {
    return this.count === 0 ? NaN : this.#histogram.percentile(rank) / 1000;
  }

  /** How many took at most so many milliseconds, for each bound in turn. */
  buckets(): { readonly ms: number; readonly count: number }[] {
    let count = 0;
    return bounds.map((ms, bucket) => ({ ms, count: (count += this.#within[bucket]!) }));
  }
}
