import type { PlacedRecord } from '../embedded/storage.js';
import { recordBytes } from '../fetch-limits.js';
import type { Databases, StoredTopic } from './databases.js';
import { encodeRecord } from './record-codec.js';
import { recordKey, type PartitionId } from './record-key.js';
import { emptySegment, type Segment, type Segments } from './segments.js';

const segmentBytes = 256 * 1024;
const segmentRecords = 1_000;

/** Appends to one partition inside a write transaction. */
export class PartitionWriter {
  readonly id: PartitionId;
  #active: Segment;
  #bytes = 0;
  readonly #limit: number;

  constructor(
    private readonly tables: Databases,
    private readonly segments: Segments,
    readonly topic: StoredTopic,
    partition: number,
  ) {
    this.id = { topic: topic.id, partition };
    this.#active = segments.last(this.id) ?? emptySegment(0, 0);
    this.#limit = Math.min(segmentBytes, (topic.retentionBytes ?? Infinity) / 8);
  }

  /** Bytes appended so far. */
  get bytes(): number {
    return this.#bytes;
  }

  append(record: PlacedRecord): number {
    if (this.#active.bytes >= this.#limit || this.#active.end - this.#active.base >= segmentRecords) this.#roll();
    const offset = this.#active.end++;
    const bytes = recordBytes(record);
    this.tables.records.putSync(recordKey(this.id, offset), encodeRecord(record));
    this.#bytes += bytes;
    this.#active.bytes += bytes;
    this.#active.maxTimestamp = Math.max(this.#active.maxTimestamp, record.timestamp);
    return offset;
  }

  /** Writes the description of the last segment; returns that segment. */
  finish(): Segment {
    this.segments.put(this.id, this.#active);
    return this.#active;
  }

  #roll(): void {
    this.segments.put(this.id, this.#active);
    this.#active = emptySegment(this.#active.end, this.#active.bytesBefore + this.#active.bytes);
  }
}
