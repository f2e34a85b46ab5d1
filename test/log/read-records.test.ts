import { describe, expect, it } from 'vitest';
import { MemoryLog } from 'headwater';
import { readRecords, type ReadOptions } from '../../src/log/read-records.js';

async function filled(): Promise<MemoryLog> {
  const log = new MemoryLog();
  await log.createTopics([{ name: 't', partitions: 2 }]);
  const record = (partition: number, timestamp: number) => ({ topic: 't', partition, timestamp, key: null, value: null });
  await log.append([record(0, 10), record(0, 30), record(1, 20), record(1, 40)]);
  return log;
}

async function times(options?: ReadOptions): Promise<number[]> {
  const read = [];
  for await (const { timestamp } of readRecords(await filled(), 't', options)) read.push(timestamp);
  return read;
}

describe('records of a topic', () => {
  it('come from all partitions, the older first, and end', async () => {
    expect(await times()).toEqual([10, 20, 30, 40]);
  });

  it('come from an offset in each partition', async () => {
    expect(await times({ from: 1 })).toEqual([30, 40]);
  });

  it('come from the end: none', async () => {
    expect(await times({ from: 'latest' })).toEqual([]);
  });

  it('are waited for when followed, until the signal', async () => {
    const log = await filled();
    const stop = new AbortController();
    const read: number[] = [];
    const later = setTimeout(() => void log.append([{ topic: 't', key: null, value: null, timestamp: 50 }]), 20);
    for await (const { timestamp } of readRecords(log, 't', { from: 'latest', follow: true, signal: stop.signal })) {
      read.push(timestamp);
      stop.abort();
    }
    clearTimeout(later);
    expect(read).toEqual([50]);
  });
});

it('a topic that does not exist is an error', async () => {
  await expect(readRecords(new MemoryLog(), 'none').next()).rejects.toMatchObject({ code: 'HW_TOPIC_UNKNOWN' });
});
