import { isError } from '../../errors.js';
import type { FetchLimits, Lease, Position } from '../../log/log.js';
import { partitionName, type LogRecord, type TopicPartition } from '../../record.js';
import type { Clock } from '../../time/clock.js';

interface Source {
  readonly partition: TopicPartition;
  readonly lease: Lease;
  removed: boolean;
  paused: boolean;
  /** The fetch under way; aborted where its records are not wanted any more. */
  fetching: AbortController | undefined;
  /** Where to read on once the fetch under way has ended. */
  seekTo: Position | undefined;
  ready: LogRecord[];
}

const LIMITS: FetchLimits = { records: 500, bytes: 2 ** 20, waitMs: 1000 };

/** Polls many leases as one consumer: what came first is given out first, and a lease with records waiting is not fetched from again. */
export class LeasePoller {
  readonly #sources = new Map<string, Source>();
  #wake: () => void = () => undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(private readonly clock: Clock) {}

  add(partition: TopicPartition, lease: Lease): void {
    const source: Source = { partition, lease, removed: false, paused: false, fetching: undefined, seekTo: undefined, ready: [] };
    this.#sources.set(partitionName(partition), source);
  }

  remove(partition: TopicPartition): void {
    const source = this.#sources.get(partitionName(partition));
    if (!source) return;
    source.removed = true;
    source.fetching?.abort();
    this.#sources.delete(partitionName(partition));
  }

  seek(position: Position): void {
    const source = this.#sources.get(partitionName(position));
    if (!source) return;
    source.ready = [];
    if (!source.fetching) {
      source.lease.seek([position]);
      return;
    }
    source.seekTo = position;
    source.fetching.abort();
  }

  setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const partition of partitions) {
      const source = this.#sources.get(partitionName(partition));
      if (source) source.paused = paused;
    }
    this.#wake();
  }

  /** Ends a poll that is waiting. */
  wake(): void {
    this.#wake();
  }

  /** The next records of what is not paused; none when nothing came within `timeoutMs`. */
  async poll(timeoutMs: number, signal: AbortSignal): Promise<LogRecord[]> {
    for (const source of this.#sources.values()) if (!source.paused && source.ready.length === 0) this.#fetch(source);
    if (!this.#hasRecords() && !signal.aborted && timeoutMs > 0) await this.#arrival(timeoutMs, signal);
    if (this.#failure) throw this.#failure.reason;
    return [...this.#sources.values()].filter((source) => !source.paused).flatMap((source) => source.ready.splice(0));
  }

  #hasRecords(): boolean {
    return [...this.#sources.values()].some((source) => !source.paused && source.ready.length > 0);
  }

  async #arrival(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const end = (): void => over.abort();
    this.#wake = end;
    signal.addEventListener('abort', end);
    await this.clock.sleep(timeoutMs, over.signal);
    signal.removeEventListener('abort', end);
    this.#wake = () => undefined;
  }

  #fetch(source: Source): void {
    if (source.fetching) return;
    const fetching = new AbortController();
    source.fetching = fetching;
    source.lease.fetch({ ...LIMITS, signal: fetching.signal }).then(
      (records) => this.#fetched(source, records),
      (reason: unknown) => {
        source.fetching = undefined;
        if (isError(reason, 'HW_LEASE_LOST') || source.removed) return;
        this.#failure = { reason };
        this.#wake();
      },
    );
  }

  #fetched(source: Source, records: LogRecord[]): void {
    source.fetching = undefined;
    if (source.removed || source.lease.signal.aborted) return;
    if (source.seekTo) {
      source.lease.seek([source.seekTo]);
      source.seekTo = undefined;
    } else {
      source.ready = records;
    }
    if (source.ready.length > 0) this.#wake();
    else if (!source.paused) this.#fetch(source);
  }
}
