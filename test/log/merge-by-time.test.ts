import { describe, expect, it } from 'vitest';
import { mergeByTime, type RecordQueue } from '../../src/log/merge-by-time.js';
import type { LogRecord } from '../../src/record.js';

function queue(partition: number, ...timestamps: number[]): RecordQueue {
  const records = timestamps.map((timestamp, offset): LogRecord => {
    return { topic: 'frames', partition, offset, timestamp, key: null, value: Buffer.alloc(100), headers: [] };
  });
  return { peek: () => records[0], shift: () => void records.shift() };
}
const times = (records: LogRecord[]): number[] => records.map(({ timestamp }) => timestamp);
const all = { records: 100, bytes: 10_000 };

describe('merging by time', () => {
  it('takes the older event time next and keeps each partition in offset order', () => {
    expect(times(mergeByTime([queue(0, 1, 9, 3), queue(1, 2, 4)], all))).toEqual([1, 2, 4, 9, 3]);
  });

  it('lets the first queue win a tie', () => {
    expect(mergeByTime([queue(7, 1), queue(3, 1)], all).map(({ partition }) => partition)).toEqual([7, 3]);
  });

  it('stops at the records and at the bytes of the budget', () => {
    expect(times(mergeByTime([queue(0, 1, 2, 3)], { records: 2, bytes: 10_000 }))).toEqual([1, 2]);
    expect(times(mergeByTime([queue(0, 1, 2, 3)], { records: 100, bytes: 299 }))).toEqual([1, 2]);
  });

  it('takes one record whatever its size', () => {
    expect(times(mergeByTime([queue(0, 1, 2)], { records: 100, bytes: 1 }))).toEqual([1]);
  });
});
