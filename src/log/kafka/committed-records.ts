import type { WireRecord } from './wire-record.js';

/** What a fetch brought of one partition. */
export interface FetchedPartition {
  readonly partition: number;
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly WireRecord[];
}

/**
 * The records from `from` on that a reader of committed data may see: none of aborted transactions, no control records (KIP-98).
 * An aborted transaction of a producer reaches from its first offset to the producer's next control record.
 */
export function committedRecords({ abortedTransactions, messages }: FetchedPartition, from: number): WireRecord[] {
  const pending = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const aborted = new Set<string>();
  const seen: WireRecord[] = [];
  for (const message of messages) {
    const offset = Number(message.offset);
    while (pending.length > 0 && Number(pending[0]!.firstOffset) <= offset) aborted.add(pending.shift()!.producerId);
    const producer = message.batchContext?.producerId ?? '';
    if (message.isControlRecord === true) aborted.delete(producer);
    else if (offset >= from && !(message.batchContext?.inTransaction === true && aborted.has(producer))) seen.push(message);
  }
  return seen;
}

/** The offset after everything that the fetch brought, records that compaction took away included; `from` when it brought nothing. */
export function offsetAfter({ messages }: FetchedPartition, from: number): number {
  const last = messages.at(-1);
  if (last === undefined) return from;
  const batch = last.batchContext;
  const end = batch === undefined ? Number(last.offset) : Number(batch.firstOffset) + batch.lastOffsetDelta;
  return Math.max(from, end + 1);
}
