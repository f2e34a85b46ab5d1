import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { recordBatch, type OutgoingRecord } from '../../src/log/kafka/record-batch.js';

const internal = createRequire(import.meta.url);
const { RecordBatch } = internal('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>;
};
const Record = internal('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => object;
const Decoder = internal('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => object;
const decodeBatch = internal('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (
  decoder: object,
) => Promise<{ records: { key: Buffer | null; value: Buffer | null; offset: string; timestamp: string; headers: object }[] }>;

const { CompressionTypes } = kafkajs;
const origin = { producerId: 4711n, producerEpoch: 3, firstSequence: 20, transactional: true };
const record = (more: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  key: Buffer.from('key'),
  value: Buffer.from('value'),
  timestamp: 1_700_000_000_000,
  headers: [],
  ...more,
});

const cases: Record<string, OutgoingRecord[]> = {
  'one small record': [record()],
  'values of nothing, null and 100,000 bytes': [
    record({ value: Buffer.alloc(0) }),
    record({ key: null, value: null }),
    record({ value: Buffer.alloc(100_000, 'picture') }),
    record({ key: Buffer.alloc(2000, 'k') }),
  ],
  'times far apart': [record({ timestamp: 0 }), record({ timestamp: 5_000_000_000 }), record({ timestamp: 1_700_000_000_000 })],
  headers: [
    record({
      headers: [
        { key: 'camera', value: Buffer.from('Nord') },
        { key: 'größe', value: Buffer.alloc(3000, 1) },
      ],
    }),
  ],
  'a thousand records': Array.from({ length: 1000 }, (_, n) =>
    record({ value: Buffer.from(`value ${n}`), timestamp: 1_700_000_000_000 + n }),
  ),
};

describe('recordBatch', () => {
  it.each(Object.entries(cases))('writes %s as kafkajs does, byte for byte', async (_, records) => {
    const firstTimestamp = records[0]!.timestamp;
    const theirs = await RecordBatch({
      ...origin,
      firstTimestamp,
      maxTimestamp: records.at(-1)!.timestamp,
      lastOffsetDelta: records.length - 1,
      records: records.map(({ timestamp, headers, ...rest }, offsetDelta) =>
        Record({
          ...rest,
          offsetDelta,
          timestampDelta: timestamp - firstTimestamp,
          headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
        }),
      ),
    });
    const ours = await recordBatch(records, origin, CompressionTypes.None);
    expect(Buffer.concat(ours.chunks).equals(theirs.buffer)).toBe(true);
    expect(ours.length).toBe(theirs.buffer.length);
  });

  it('keeps headers without a value, and times before the first one, which kafkajs reads back', async () => {
    const records = [
      record({
        headers: [
          { key: 'empty', value: null },
          { key: 'full', value: Buffer.from('x') },
        ],
      }),
      record({ timestamp: 1_699_999_000_000 }),
    ];
    const batch = await recordBatch(records, origin, CompressionTypes.None);
    const read = (await decodeBatch(new Decoder(Buffer.concat(batch.chunks)))).records;
    expect(read.map(({ timestamp }) => Number(timestamp))).toEqual(records.map(({ timestamp }) => timestamp));
    expect(read[0]!.headers).toEqual({ empty: null, full: Buffer.from('x') });
  });

  it('compresses what kafkajs takes apart again', async () => {
    const records = [record({ value: Buffer.alloc(100_000, 'abc') }), record({ key: null })];
    const batch = await recordBatch(records, origin, CompressionTypes.GZIP);
    expect(batch.length).toBeLessThan(2000);
    const read = (await decodeBatch(new Decoder(Buffer.concat(batch.chunks)))).records;
    expect(read.map(({ value }) => value)).toEqual(records.map(({ value }) => value));
    expect(read.map(({ offset }) => offset)).toEqual(['0', '1']);
  });
});
