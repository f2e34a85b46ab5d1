import type { Clock } from '../../time/clock.js';

/** Wakes the fetches that wait for records of certain partitions. */
export class Arrivals {
  readonly #waiting = new Set<{ partitions: ReadonlySet<string>; wake: () => void }>();
  #stopWatching: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly watch: (changed: () => void) => () => void,
  ) {}

  /** Wakes who waits for one of `partitions` (`topic-partition`); everybody, if none are named. */
  announce(partitions?: ReadonlySet<string>): void {
    for (const waiting of this.#waiting) {
      if (partitions === undefined || intersect(waiting.partitions, partitions)) waiting.wake();
    }
  }

  /** Resolves at the next announcement for one of `partitions`, after `ms`, or when a signal aborts. */
  async next(partitions: ReadonlySet<string>, ms: number, signals: readonly AbortSignal[]): Promise<void> {
    if (signals.some((signal) => signal.aborted)) return;
    const over = new AbortController();
    const wake = (): void => over.abort();
    const waiting = { partitions, wake };
    this.#waiting.add(waiting);
    this.#stopWatching ??= this.watch(() => this.announce());
    for (const signal of signals) signal.addEventListener('abort', wake);
    await this.clock.sleep(ms, over.signal);
    for (const signal of signals) signal.removeEventListener('abort', wake);
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) {
      this.#stopWatching();
      this.#stopWatching = undefined;
    }
  }
}

function intersect(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}
