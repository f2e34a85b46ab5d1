import { partitionName, type LogRecord, type TopicPartition } from '../../record.js';
import { error } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import { fetchBudget } from '../fetch-limits.js';
import type { FetchLimits, Position } from '../log.js';
import { mergeByTime } from '../merge-by-time.js';
import type { Arrivals } from './arrivals.js';
import { PartitionCursor } from './partition-cursor.js';
import type { Storage } from './storage.js';

/** Several partitions read as one list by event time, waiting for records where there are none. */
export class MergedFetch {
  readonly #cursors = new Map<string, PartitionCursor>();
  readonly #partitions: ReadonlySet<string>;

  constructor(
    storage: Storage,
    private readonly arrivals: Arrivals,
    private readonly clock: Clock,
    positions: readonly Position[],
  ) {
    for (const { topic, partition, offset } of positions) {
      this.#cursors.set(partitionName({ topic, partition }), new PartitionCursor(storage, { topic, partition }, offset));
    }
    this.#partitions = new Set(this.#cursors.keys());
  }

  async fetch(limits: FetchLimits, signals: readonly AbortSignal[]): Promise<LogRecord[]> {
    const budget = fetchBudget(limits);
    const { waitMs = 0 } = limits;
    const until = waitMs > 0 ? this.clock.now() + waitMs : 0;
    for (;;) {
      const records = mergeByTime([...this.#cursors.values()], budget);
      const left = until - this.clock.now();
      if (records.length > 0 || waitMs === 0 || left <= 0) return records;
      await this.arrivals.next(this.#partitions, left, signals);
      if (signals.some((signal) => signal.aborted)) return [];
    }
  }

  atEnd(): boolean {
    return [...this.#cursors.values()].every((cursor) => cursor.atEnd());
  }

  seek(positions: readonly Position[]): void {
    for (const position of positions) this.#cursor(position).seek(position.offset);
  }

  /** Throws HW_NOT_ASSIGNED for a partition that is not read here. */
  check(positions: readonly TopicPartition[]): void {
    for (const position of positions) this.#cursor(position);
  }

  #cursor(at: TopicPartition): PartitionCursor {
    const cursor = this.#cursors.get(partitionName(at));
    if (cursor === undefined) throw error('HW_NOT_ASSIGNED', { partition: partitionName(at) });
    return cursor;
  }
}
