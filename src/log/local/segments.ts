import type { Database } from 'lmdb';
import { keyRange, offsetOf, recordKey, type PartitionId } from './record-key.js';

/** A run of offsets that is described, and dropped by retention, as one: what Kafka's segment files are. Segments lie end to end. */
export interface Segment {
  readonly base: number;
  /** One past the last offset. */
  end: number;
  bytes: number;
  /** Bytes that were ever in the partition before this segment. */
  readonly bytesBefore: number;
  maxTimestamp: number;
}

export const emptySegment = (base: number, bytesBefore: number): Segment => ({
  base,
  end: base,
  bytes: 0,
  bytesBefore,
  maxTimestamp: -Infinity,
});

/** The segments of a log's partitions. A partition without any is empty and starts at offset 0. */
export class Segments {
  constructor(private readonly table: Database<Buffer, Buffer>) {}

  first(id: PartitionId): Segment | undefined {
    for (const { key, value } of this.table.getRange({ ...keyRange(id), limit: 1 })) return decode(key, value);
    return undefined;
  }

  last(id: PartitionId): Segment | undefined {
    const start = recordKey(id, Number.MAX_SAFE_INTEGER);
    for (const { key, value } of this.table.getRange({ start, reverse: true, limit: 1 })) {
      return start.compare(key, 0, 8, 0, 8) === 0 ? decode(key, value) : undefined;
    }
    return undefined;
  }

  *all(id: PartitionId): Generator<Segment> {
    for (const { key, value } of this.table.getRange(keyRange(id))) yield decode(key, value);
  }

  put(id: PartitionId, segment: Segment): void {
    const value = Buffer.allocUnsafe(32);
    value.writeDoubleLE(segment.end, 0);
    value.writeDoubleLE(segment.bytes, 8);
    value.writeDoubleLE(segment.bytesBefore, 16);
    value.writeDoubleLE(segment.maxTimestamp, 24);
    this.table.putSync(recordKey(id, segment.base), value);
  }

  remove(id: PartitionId, segment: Segment): void {
    this.table.removeSync(recordKey(id, segment.base));
  }
}

function decode(key: Buffer, value: Buffer): Segment {
  return {
    base: offsetOf(key),
    end: value.readDoubleLE(0),
    bytes: value.readDoubleLE(8),
    bytesBefore: value.readDoubleLE(16),
    maxTimestamp: value.readDoubleLE(24),
  };
}
