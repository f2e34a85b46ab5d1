import type { LogRecord } from '../../record.js';
import { compacted } from '../compacted.js';
import { recordBytes, type FetchBudget } from '../fetch-limits.js';
import type { TopicInfo } from '../log.js';

/** The records of one partition in memory, with retention and compaction at every append. */
export class MemoryPartition {
  #records: LogRecord[] = [];
  #bytes = 0;
  #earliest = 0;
  #latest = 0;
  #compactAt = 1_000;

  constructor(private readonly topic: TopicInfo) {}

  get bounds(): { earliest: number; latest: number } {
    return { earliest: this.#earliest, latest: this.#latest };
  }

  append(record: Omit<LogRecord, 'offset'>): number {
    const offset = this.#latest++;
    const placed = { ...record, offset };
    this.#records.push(placed);
    this.#bytes += recordBytes(placed);
    return offset;
  }

  read(from: number, budget: FetchBudget): LogRecord[] {
    const start = this.#indexOf(from);
    let end = start;
    for (let bytes = 0; end < this.#records.length && end - start < budget.records; end++) {
      bytes += recordBytes(this.#records[end]!);
      if (bytes > budget.bytes && end > start) break;
    }
    return this.#records.slice(start, end);
  }

  offsetAt(timestamp: number): number {
    return this.#records.find((record) => record.timestamp >= timestamp)?.offset ?? this.#latest;
  }

  /** Drops what the topic's retention no longer keeps, or what compaction makes superfluous once half of the records are. */
  clean(now: number): void {
    if (this.topic.cleanup === 'compact') {
      if (this.#records.length < this.#compactAt) return;
      this.#records = compacted(this.#records, now);
      this.#compactAt = 2 * this.#records.length + 1_000;
      return;
    }
    const { retentionMs = Infinity, retentionBytes = Infinity } = this.topic;
    let drop = 0;
    for (const record of this.#records) {
      const left = this.#bytes - recordBytes(record);
      if (record.timestamp >= now - retentionMs && left < retentionBytes) break;
      this.#bytes = left;
      drop++;
    }
    this.#records.splice(0, drop);
    this.#earliest = this.#records[0]?.offset ?? this.#latest;
  }

  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#records[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
