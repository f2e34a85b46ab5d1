import type { Clock } from '../time/clock.js';

/** A clock that stands still until it is advanced. Starts at 0 unless told otherwise. */
export class TestClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<{ at: number; wake: () => void }>();

  constructor(start = 0) {
    this.#now = start;
  }

  now = (): number => this.#now;

  /** Moves time on by `ms` milliseconds and wakes who slept up to then. */
  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers].sort((a, b) => a.at - b.at)) if (sleeper.at <= this.#now) sleeper.wake();
  }

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      if (ms <= 0 || signal?.aborted) {
        resolve();
        return;
      }
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
}
