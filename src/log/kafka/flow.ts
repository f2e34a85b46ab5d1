import type { LogRecord, TopicPartition } from '../../record.js';
import { committedRecords, offsetAfter, type FetchedPartition } from './committed-records.js';
import { fromWire, wireBytes } from './wire-record.js';

/** One partition on its way in: records fetched and not yet handed out, in offset order. */
export class Flow implements TopicPartition {
  /** The next offset to ask the broker for. */
  position: number;
  /** Whether the last answer reached the end of what is committed. */
  caughtUp = false;
  /** Asked for alone, because an answer that left something out may have left out everything that fits no budget. */
  alone = false;
  /** Counts seeks: an answer to a question from before a seek is dropped. */
  seeks = 0;
  bytes = 0;
  /** The offset after the last record that was handed out. */
  #taken = -1;
  #records: LogRecord[] = [];
  #next = 0;

  constructor(
    readonly topic: string,
    readonly partition: number,
    offset: number,
  ) {
    this.position = offset;
  }

  get head(): LogRecord | undefined {
    return this.#records[this.#next];
  }

  take(): LogRecord {
    const record = this.#records[this.#next++]!;
    this.bytes -= wireBytes(record);
    this.#taken = record.offset + 1;
    if (this.#next === this.#records.length) {
      this.#records = [];
      this.#next = 0;
    }
    return record;
  }

  /** The same place as `offset` without what nobody reads: where everything is handed out, behind the transaction markers that follow the last record. */
  settled(offset: number): number {
    return offset === this.#taken && this.head === undefined ? this.position : offset;
  }

  seek(offset: number): void {
    this.position = offset;
    this.#taken = -1;
    this.caughtUp = false;
    this.alone = false;
    this.seeks++;
    this.bytes = 0;
    this.#records = [];
    this.#next = 0;
  }

  /** Takes in an answer to a question for `position`. `wasAlone`: nothing else was asked for, so that the answer holds whatever there is. */
  receive(fetched: FetchedPartition, wasAlone: boolean): void {
    for (const wire of committedRecords(fetched, this.position)) {
      const record = fromWire(this.topic, this.partition, wire);
      this.bytes += wireBytes(record);
      this.#records.push(record);
    }
    const end = Number(fetched.lastStableOffset);
    const after = offsetAfter(fetched, this.position);
    // Asked alone, the broker brings at least one batch: no record at all means that compaction emptied the batches that are left.
    const emptied = after === this.position && after < end;
    this.position = emptied && wasAlone ? end : after;
    this.alone = emptied && !wasAlone;
    this.caughtUp = this.position >= end;
  }
}
