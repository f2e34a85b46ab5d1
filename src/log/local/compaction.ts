import { createHash } from 'node:crypto';
import { tombstoneRetentionMs } from '../compacted.js';
import type { Databases } from './databases.js';
import { decodeRecord } from './record-codec.js';
import { keyRange, offsetOf, recordKey, type PartitionId } from './record-key.js';

/**
 * One step of compaction inside a write transaction: goes on over at most `budget` records below `end` and removes, for each, the earlier record
 * of the same key. The last record of a key always stays; a tombstone stays for a day after its event time.
 */
export function compactStep(tables: Databases, id: PartitionId, end: number, now: number, budget: number): void {
  const { records, cleaned, lastOfKey, tombstones } = tables;
  const place: [number, number] = [id.topic, id.partition];
  const from = cleaned.get(place) ?? 0;
  const step = [...records.getRange({ start: recordKey(id, from), end: recordKey(id, end), limit: budget })];
  for (const { key: at, value } of step) {
    const record = decodeRecord(value);
    if (record?.key == null) continue;
    const key: [number, number, string] = [...place, hashOf(record.key)];
    const earlier = lastOfKey.get(key);
    if (earlier !== undefined) {
      records.removeSync(recordKey(id, earlier));
      tombstones.removeSync(recordKey(id, earlier));
    }
    lastOfKey.putSync(key, offsetOf(at));
    if (record.value === null) tombstones.putSync(at, record.timestamp);
  }
  const last = step.at(-1);
  if (last !== undefined) cleaned.putSync(place, offsetOf(last.key) + 1);
  dropTombstones(tables, id, now, budget);
}

function dropTombstones({ records, lastOfKey, tombstones }: Databases, id: PartitionId, now: number, budget: number): void {
  for (const { key: at, value: timestamp } of [...tombstones.getRange({ ...keyRange(id), limit: budget })]) {
    if (timestamp >= now - tombstoneRetentionMs) return;
    const key = decodeRecord(records.get(at)!)?.key;
    if (key != null) lastOfKey.removeSync([id.topic, id.partition, hashOf(key)]);
    records.removeSync(at);
    tombstones.removeSync(at);
  }
}

function hashOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('base64').slice(0, 22);
}
