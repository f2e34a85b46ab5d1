import type { Databases, StoredTopic } from './databases.js';
import { recordKey, type PartitionId } from './record-key.js';
import { emptySegment, type Segments } from './segments.js';

/**
 * Drops the oldest segments of a partition inside a write transaction while they are past the topic's time or size, until about `budget` bytes
 * are gone. As in Kafka, size keeps at least `retentionBytes`, and a segment is as young as its youngest record.
 */
export function dropExpired(tables: Databases, segments: Segments, topic: StoredTopic, id: PartitionId, now: number, budget: number): void {
  const { retentionMs = Infinity, retentionBytes = Infinity } = topic;
  const last = segments.last(id);
  if (last === undefined) return;
  const total = last.bytesBefore + last.bytes;
  for (let dropped = 0; dropped <= budget;) {
    const first = segments.first(id)!;
    const isLast = first.base === last.base;
    const overSize = !isLast && total - first.bytesBefore - first.bytes >= retentionBytes;
    if (first.end === first.base || !(overSize || first.maxTimestamp < now - retentionMs)) return;
    for (let offset = first.base; offset < first.end; offset++) tables.records.removeSync(recordKey(id, offset));
    segments.remove(id, first);
    if (isLast) segments.put(id, emptySegment(first.end, total));
    dropped += first.bytes;
  }
}
