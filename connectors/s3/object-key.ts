import type { TopicPartition } from 'headwater/connect';

const DIGITS = 20;

/** What the keys of a partition's objects begin with. */
export function partitionPrefix(prefix: string, { topic, partition }: TopicPartition): string {
  return `${prefix}${topic}/${partition}/`;
}

/** `prefix` and the offset that an object begins at, with leading zeros, so that keys sort in offset order. */
export function objectKey(prefix: string, first: number, extension: string): string {
  return `${keyAt(prefix, first)}.${extension}`;
}

/** The part of a key that its offset decides. */
export function keyAt(prefix: string, first: number): string {
  return prefix + String(first).padStart(DIGITS, '0');
}

/** The offset that an object begins at, or nothing where the key is none of a sink. */
export function firstOffsetOf(prefix: string, key: string): number | undefined {
  const match = /^(\d{20})\.\w+$/.exec(key.slice(prefix.length));
  return match ? Number(match[1]) : undefined;
}
