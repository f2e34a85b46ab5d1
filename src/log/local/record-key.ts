/** A partition of a topic by the topic's number, which no later topic of the same name gets again. */
export interface PartitionId {
  readonly topic: number;
  readonly partition: number;
}

/** Key of a record or segment, big-endian so that keys sort by offset: u32 topic, u32 partition, u64 offset. */
export function recordKey({ topic, partition }: PartitionId, offset: number): Buffer {
  const key = Buffer.allocUnsafe(16);
  key.writeUInt32BE(topic, 0);
  key.writeUInt32BE(partition, 4);
  key.writeUInt32BE(Math.floor(offset / 2 ** 32), 8);
  key.writeUInt32BE(offset % 2 ** 32, 12);
  return key;
}

export function offsetOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return view.getUint32(8) * 2 ** 32 + view.getUint32(12);
}

/** The range of all keys of a partition, or of a whole topic. */
export function keyRange({ topic, partition }: { readonly topic: number; readonly partition?: number }): { start: Buffer; end: Buffer } {
  return partition === undefined
    ? { start: recordKey({ topic, partition: 0 }, 0), end: recordKey({ topic: topic + 1, partition: 0 }, 0) }
    : { start: recordKey({ topic, partition }, 0), end: recordKey({ topic, partition: partition + 1 }, 0) };
}
