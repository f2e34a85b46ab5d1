import { describe, expect, it } from 'vitest';
import { MemoryLog } from '../../src/log/memory-log.js';
import { TestClock } from '../../src/testing/test-clock.js';

describe('the memory log', () => {
  it('drops records that are older than the retention when the next one comes', async () => {
    const clock = new TestClock(1_000_000);
    const log = new MemoryLog({ clock });
    await log.createTopics([{ name: 't', partitions: 1, retentionMs: 1_000 }]);
    const append = (): Promise<unknown> => log.append([{ topic: 't', key: null, value: Buffer.from('a') }]);
    await append();
    clock.advance(900);
    await append();
    clock.advance(900);
    await append();
    expect(await log.bounds('t')).toEqual([{ partition: 0, earliest: 1, latest: 3 }]);
  });

  it('keeps as many of the last bytes as the retention names', async () => {
    const log = new MemoryLog();
    await log.createTopics([{ name: 't', partitions: 1, retentionBytes: 1_000 }]);
    for (let i = 0; i < 50; i++) await log.append([{ topic: 't', key: null, value: Buffer.alloc(100) }]);
    expect(await log.bounds('t')).toEqual([{ partition: 0, earliest: 40, latest: 50 }]);
  });

  it('starts a reader that fell behind the retention at the earliest record', async () => {
    const log = new MemoryLog();
    await log.createTopics([{ name: 't', partitions: 1, retentionBytes: 100 }]);
    for (let i = 0; i < 5; i++) await log.append([{ topic: 't', key: null, value: Buffer.alloc(100) }]);
    const reader = await log.reader([{ topic: 't', partition: 0, offset: 1 }]);
    expect((await reader.fetch()).map(({ offset }) => offset)).toEqual([4]);
  });

  it('keeps the last record of each key in a compacted topic, and forgets old tombstones', async () => {
    const clock = new TestClock(10 * 86_400_000);
    const log = new MemoryLog({ clock });
    await log.createTopics([{ name: 't', partitions: 1, cleanup: 'compact' }]);
    const append = (key: string, value: string | null, timestamp = clock.now()): Promise<unknown> =>
      log.append([{ topic: 't', timestamp, key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }]);
    await append('gone', 'value');
    await append('gone', null, 1);
    await append('kept', 'only');
    for (let i = 0; i < 5_000; i++) await append(`key-${i % 10}`, String(i));
    const reader = await log.reader([{ topic: 't', partition: 0, offset: 0 }]);
    const records = await reader.fetch({ records: 10_000 });
    const last = new Map(records.map(({ key, value }) => [Buffer.from(key!).toString(), Buffer.from(value!).toString()]));
    expect(records.length).toBeLessThan(2_000);
    expect(last).toEqual(
      new Map([['kept', 'only'], ...Array.from({ length: 10 }, (_, i): [string, string] => [`key-${i}`, String(4_990 + i)])]),
    );
  });

  it('refuses records without a key in a compacted topic, and times that are no whole milliseconds', async () => {
    const log = new MemoryLog();
    await log.createTopics([{ name: 't', partitions: 1, cleanup: 'compact' }]);
    await expect(log.append([{ topic: 't', key: null, value: null }])).rejects.toMatchObject({ code: 'HW_RECORD_WITHOUT_KEY' });
    await expect(log.append([{ topic: 't', key: Buffer.from('k'), value: null, timestamp: 0.5 }])).rejects.toMatchObject({
      code: 'HW_RECORD_TIMESTAMP',
    });
  });
});
