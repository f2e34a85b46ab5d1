import type { NewRecord } from '../record.js';

/** Murmur2 as Apache Kafka's Java client computes it (`Utils.murmur2`, seed 0x9747b28c): a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = bytes.length;
  const words = length >> 2;
  let h = 0x9747b28c ^ length;
  for (let word = 0; word < words; word++) {
    const at = word << 2;
    let k = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const tail = words << 2;
  const rest = length & 3;
  if (rest > 2) h ^= bytes[tail + 2]! << 16;
  if (rest > 1) h ^= bytes[tail + 1]! << 8;
  if (rest > 0) h = Math.imul(h ^ bytes[tail]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/** The partition that Kafka's default partitioner gives a key: `toPositive(murmur2(key)) % partitions`. */
export function partitionFor(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

/** Chooses partitions as Kafka's producers do: the record's own, else its key's, else each partition of the topic in turn. */
export class Partitioner {
  readonly #next = new Map<string, number>();

  partitionOf(record: NewRecord, partitions: number): number {
    if (record.partition !== undefined) return record.partition;
    if (record.key !== null) return partitionFor(record.key, partitions);
    const turn = this.#next.get(record.topic) ?? 0;
    this.#next.set(record.topic, turn + 1);
    return turn % partitions;
  }
}
