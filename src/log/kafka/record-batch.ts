import { crc32c } from '@node-rs/crc32';
import kafkajs from 'kafkajs';
import type { Header } from '../../record.js';
import { ByteWriter, varintLength } from './byte-writer.js';

/** A record on its way to the broker. */
export interface OutgoingRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly headers: readonly Header[];
}

/** Who writes a batch; without a producer id nobody that the broker tells apart. */
export interface BatchOrigin {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly transactional: boolean;
}

const MAGIC = 2;
const TRANSACTIONAL = 16;
const { None } = kafkajs.CompressionTypes;
type Codec = () => { compress(encoded: { buffer: Buffer }): Promise<Buffer> };

/** A record batch of format 2 (KIP-98); values are referred to, not copied. `records` is not empty. */
export async function recordBatch(
  records: readonly OutgoingRecord[],
  { producerId, producerEpoch, firstSequence, transactional }: BatchOrigin,
  compression: kafkajs.CompressionTypes,
): Promise<ByteWriter> {
  const times = records.map(({ timestamp }) => timestamp);
  const firstTime = times[0]!;
  const body = new ByteWriter()
    .int16(compression | (transactional ? TRANSACTIONAL : 0))
    .int32(records.length - 1)
    .int64(BigInt(firstTime))
    .int64(BigInt(times.reduce((latest, time) => Math.max(latest, time))))
    .int64(producerId)
    .int16(producerEpoch)
    .int32(firstSequence)
    .int32(records.length);
  if (compression === None) writeRecords(body, records, firstTime);
  else {
    const plain = new ByteWriter();
    writeRecords(plain, records, firstTime);
    const codecs = kafkajs.CompressionCodecs as unknown as Record<number, Codec>;
    body.bytes(await codecs[compression as number]!().compress({ buffer: Buffer.concat(plain.chunks) }));
  }
  let checksum = 0;
  for (const chunk of body.chunks) checksum = crc32c(chunk, checksum);
  const afterLength = 4 + 1 + 4 + body.length;
  return new ByteWriter().int64(0n).int32(afterLength).int32(0).int8(MAGIC).uint32(checksum).append(body);
}

function writeRecords(into: ByteWriter, records: readonly OutgoingRecord[], firstTime: number): void {
  for (const [at, { key, value, timestamp, headers }] of records.entries()) {
    const after = timestamp - firstTime;
    const named = headers.map((header) => ({ name: Buffer.from(header.key), value: header.value }));
    let bytes = 1 + varintLength(after) + varintLength(at) + bytesLength(key) + bytesLength(value) + varintLength(named.length);
    for (const header of named) bytes += bytesLength(header.name) + bytesLength(header.value);
    into.varint(bytes).int8(0).varint(after).varint(at).varintBytes(key).varintBytes(value).varint(named.length);
    for (const header of named) into.varintBytes(header.name).varintBytes(header.value);
  }
}

function bytesLength(value: Uint8Array | null): number {
  return value === null ? varintLength(-1) : varintLength(value.length) + value.length;
}
