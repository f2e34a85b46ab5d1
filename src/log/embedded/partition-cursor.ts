import type { LogRecord, TopicPartition } from '../../record.js';
import type { FetchBudget } from '../fetch-limits.js';
import type { Position } from '../log.js';
import type { RecordQueue } from '../merge-by-time.js';
import type { Storage } from './storage.js';

/** Bytes that one cursor reads ahead of what is taken. */
const readAhead = 2 ** 20;

/** A place in one partition that moves on with what is taken. A place that no longer exists becomes the earliest one, as `auto.offset.reset=earliest`. */
export class PartitionCursor implements RecordQueue {
  #ahead: LogRecord[] = [];
  #taken = 0;

  constructor(
    private readonly storage: Storage,
    private readonly at: TopicPartition,
    private offset: number,
  ) {}

  peek(budget: FetchBudget): LogRecord | undefined {
    if (this.#taken === this.#ahead.length) {
      this.#ahead = this.storage.read(this.#position(), { records: budget.records, bytes: Math.min(budget.bytes, readAhead) });
      this.#taken = 0;
    }
    return this.#ahead[this.#taken];
  }

  shift(): void {
    this.offset = this.#ahead[this.#taken]!.offset + 1;
    this.#taken++;
  }

  seek(offset: number): void {
    this.offset = offset;
    this.#ahead = [];
    this.#taken = 0;
  }

  atEnd(): boolean {
    return this.peek({ records: 1, bytes: 0 }) === undefined;
  }

  #position(): Position {
    const { earliest, latest } = this.storage.bounds(this.at);
    if (this.offset < earliest || this.offset > latest) this.offset = earliest;
    return { ...this.at, offset: this.offset };
  }
}
