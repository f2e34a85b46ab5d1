import type { Header } from '../../record.js';

/**
 * A stored record, little-endian:
 *
 *     f64 event time | i32 key length | i32 value length | u32 headers | key | value | per header: u32 name length, i32 value length, name, value
 *
 * Length -1 stands for null. Topic, partition and offset are in the key of the database.
 */
export interface StoredRecord {
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

const prefixBytes = 20;
let scratch = Buffer.allocUnsafeSlow(2 ** 16);

/** The bytes of a record, valid until the next call. */
export function encodeRecord({ timestamp, key, value, headers }: StoredRecord): Buffer {
  const names = headers.map((header) => Buffer.from(header.key));
  let size = prefixBytes + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [i, header] of headers.entries()) size += 8 + names[i]!.length + (header.value?.length ?? 0);
  if (size > scratch.length) scratch = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size)));
  scratch.writeDoubleLE(timestamp, 0);
  scratch.writeInt32LE(key?.length ?? -1, 8);
  scratch.writeInt32LE(value?.length ?? -1, 12);
  scratch.writeUInt32LE(headers.length, 16);
  let at = put(value, put(key, prefixBytes));
  for (const [i, header] of headers.entries()) {
    scratch.writeUInt32LE(names[i]!.length, at);
    scratch.writeInt32LE(header.value?.length ?? -1, at + 4);
    at = put(header.value, put(names[i]!, at + 8));
  }
  return scratch.subarray(0, size);
}

/** The record in `bytes`, as views of them; undefined if the lengths in it do not add up. */
export function decodeRecord(bytes: Buffer): StoredRecord | undefined {
  if (bytes.length < prefixBytes) return undefined;
  const key = slice(bytes, prefixBytes, bytes.readInt32LE(8));
  const value = slice(bytes, prefixBytes + (key?.length ?? 0), bytes.readInt32LE(12));
  let at = prefixBytes + (key?.length ?? 0) + (value?.length ?? 0);
  const headers: Header[] = [];
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    if (at + 8 > bytes.length) return undefined;
    const name = slice(bytes, at + 8, bytes.readUInt32LE(at))!;
    const content = slice(bytes, at + 8 + name.length, bytes.readInt32LE(at + 4));
    headers.push({ key: name.toString(), value: content });
    at += 8 + name.length + (content?.length ?? 0);
  }
  return at === bytes.length ? { timestamp: bytes.readDoubleLE(0), key, value, headers } : undefined;
}

function put(bytes: Uint8Array | null, at: number): number {
  if (bytes === null) return at;
  scratch.set(bytes, at);
  return at + bytes.length;
}

function slice(bytes: Buffer, at: number, length: number): Buffer | null {
  return length < 0 ? null : bytes.subarray(at, at + length);
}
