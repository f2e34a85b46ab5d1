import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalLog } from '../../src/log/local-log.js';
import { TestClock } from '../../src/testing/test-clock.js';

let directory: string;
let log: LocalLog;
const clock = new TestClock(10 * 86_400_000);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headwater-retention-'));
  log = LocalLog.open(directory, { clock });
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

const record = (value: Buffer | null, key: string | null = null): Parameters<LocalLog['append']>[0][number] => {
  return { topic: 't', key: key === null ? null : Buffer.from(key), value };
};

describe('the embedded log', () => {
  it('keeps as many of the last bytes as the retention names, and its file with them', async () => {
    await log.createTopics([{ name: 't', partitions: 1, retentionBytes: 2_000_000 }]);
    for (let i = 0; i < 300; i++) await log.append(Array.from({ length: 10 }, () => record(Buffer.alloc(10_000))));
    const [{ earliest, latest } = { earliest: 0, latest: 0 }] = await log.bounds('t');
    expect(latest).toBe(3_000);
    expect(latest - earliest).toBeGreaterThanOrEqual(200);
    expect(latest - earliest).toBeLessThan(240);
    expect(statSync(join(directory, 'data.mdb')).size).toBeLessThan(8_000_000);
  });

  it('drops records that are older than the retention', async () => {
    await log.createTopics([{ name: 't', partitions: 1, retentionMs: 60_000 }]);
    for (let i = 0; i < 100; i++) {
      await log.append([record(Buffer.alloc(100_000))]);
      clock.advance(1_000);
    }
    const [{ earliest } = { earliest: -1 }] = await log.bounds('t');
    expect(earliest).toBeGreaterThan(30);
    expect(earliest).toBeLessThanOrEqual(40);
  });

  it('finds times after retention and across segments', async () => {
    await log.createTopics([{ name: 't', partitions: 1, retentionBytes: 3_000_000 }]);
    for (let i = 0; i < 100; i++) await log.append([{ ...record(Buffer.alloc(100_000)), timestamp: i * 1_000 }]);
    const offsets = await Promise.all([0, 90_500, 99_000, 99_001].map((time) => log.offsetsAt('t', time)));
    const [{ earliest } = { earliest: -1 }] = await log.bounds('t');
    expect(offsets.map(([position]) => position?.offset)).toEqual([earliest, 91, 99, 100]);
  });

  it('keeps the last record of each key of a compacted topic and forgets old tombstones', async () => {
    await log.createTopics([{ name: 't', partitions: 1, cleanup: 'compact' }]);
    const value = (i: number): Buffer => Buffer.from(String(i));
    await log.append([record(value(0), 'gone'), { ...record(null, 'gone'), timestamp: 1 }, record(value(1), 'kept')]);
    for (let i = 0; i < 1_000; i++) await log.append(Array.from({ length: 10 }, (_, j) => record(value(i), `key-${j}`)));
    const reader = await log.reader([{ topic: 't', partition: 0, offset: 0 }]);
    const records = await reader.fetch({ records: 100_000 });
    expect(records.length).toBeLessThan(1_200);
    const last = new Map(records.map(({ key, value: bytes }) => [Buffer.from(key!).toString(), Buffer.from(bytes!).toString()]));
    expect(last).toEqual(new Map([['kept', '1'], ...Array.from({ length: 10 }, (_, j): [string, string] => [`key-${j}`, '999'])]));
    expect(await reader.atEnd()).toBe(true);
  });

  it('starts a topic made again under its old name empty', async () => {
    await log.createTopics([{ name: 't', partitions: 1 }]);
    await log.append([record(Buffer.from('old'))]);
    await log.resetOffsets('g', [{ topic: 't', partition: 0, offset: 1 }]);
    await log.deleteTopics(['t']);
    await log.createTopics([{ name: 't', partitions: 2 }]);
    expect(await log.bounds('t')).toEqual([0, 1].map((partition) => ({ partition, earliest: 0, latest: 0 })));
    expect(await log.committed('g')).toEqual([]);
  });
});
