import type { LogRecord } from '../record.js';

/** How long a tombstone stays for readers to see it (Kafka's `delete.retention.ms`). */
export const tombstoneRetentionMs = 86_400_000;

/** The last record of each key, in offset order, without the tombstones that have been there long enough. */
export function compacted(records: readonly LogRecord[], now: number): LogRecord[] {
  const last = new Map<string, number>();
  for (const { key, offset } of records) last.set(Buffer.from(key!).toString('latin1'), offset);
  const kept = new Set(last.values());
  return records.filter(({ offset, value, timestamp }) => kept.has(offset) && (value !== null || timestamp >= now - tombstoneRetentionMs));
}
