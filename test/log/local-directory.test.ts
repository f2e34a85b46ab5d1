import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalLog } from '../../src/log/local-log.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headwater-directory-'));
});
afterEach(() => {
  chmodSync(directory, 0o700);
  rmSync(directory, { recursive: true });
});

async function filled(): Promise<void> {
  const log = LocalLog.open(directory);
  await log.createTopics([{ name: 't', partitions: 1 }]);
  for (let i = 0; i < 20; i++) await log.append([{ topic: 't', key: null, value: Buffer.alloc(50_000, i) }]);
  await log.close();
}

describe('the directory of an embedded log', () => {
  it('keeps records, groups and the id over a close', async () => {
    const first = LocalLog.open(directory);
    const id = await first.id();
    await first.close();
    await filled();
    const second = LocalLog.open(directory);
    await second.resetOffsets('g', [{ topic: 't', partition: 0, offset: 5 }]);
    await second.close();
    const third = LocalLog.open(directory);
    expect(await third.id()).toBe(id);
    expect(await third.committed('g')).toEqual([{ topic: 't', partition: 0, offset: 5, lag: 15 }]);
    await third.close();
  });

  it.runIf(process.platform === 'linux')('is mapped once, however its file grows', async () => {
    const log = LocalLog.open(directory);
    await log.createTopics([{ name: 't', partitions: 1 }]);
    for (let i = 0; i < 20; i++) await log.append([{ topic: 't', key: null, value: Buffer.alloc(1_000_000, i) }]);
    const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
    expect(maps.filter((line) => line.endsWith(join(directory, 'data.mdb')))).toHaveLength(1);
    await log.close();
  });

  it('says when it is a file', () => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    expect(() => LocalLog.open(path)).toThrow(/cannot hold a log: it is not a directory\. Give another directory/);
    expect(() => LocalLog.open(join(path, 'below'))).toThrow(/it is not a directory/);
  });

  it.skipIf(process.getuid?.() === 0)('says when it may not be written', () => {
    chmodSync(directory, 0o500);
    expect(() => LocalLog.open(directory)).toThrow(/this user may not read and write it/);
  });

  it('refuses the log of a newer format and leaves it alone', async () => {
    await filled();
    const path = join(directory, 'log.json');
    writeFileSync(path, JSON.stringify({ format: 2, id: 'x' }));
    expect(() => LocalLog.open(directory)).toThrow(/has format 2, this Headwater knows formats up to 1/);
    expect(readFileSync(path, 'utf8')).toContain('"format":2');
  });

  it.each([
    ['is no LMDB file', (file: string): void => writeFileSync(file, Buffer.alloc(100_000, 'A'))],
    ['was cut short', (file: string): void => truncateSync(file, 300_000)],
    ['was cut to a few bytes', (file: string): void => truncateSync(file, 10)],
  ])('says that data.mdb is damaged when it %s', async (_, damage) => {
    await filled();
    damage(join(directory, 'data.mdb'));
    expect(() => LocalLog.open(directory)).toThrow(expect.objectContaining({ code: 'HW_LOG_CORRUPT' }));
  });

  it('says that log.json is damaged', () => {
    writeFileSync(join(directory, 'log.json'), '{"format":');
    expect(() => LocalLog.open(directory)).toThrow(expect.objectContaining({ code: 'HW_LOG_CORRUPT' }));
  });

  // A machine with much else to do may keep either process waiting.
  it('lets another process append while it is open, and notices each record within 20 ms', { retry: 2 }, async () => {
    const log = LocalLog.open(directory);
    await log.createTopics([{ name: 't', partitions: 1 }]);
    const reader = await log.reader([{ topic: 't', partition: 0, offset: 0 }]);
    const script = join(import.meta.dirname, '../fixtures/log/append-times.ts');
    const writer = spawn(process.execPath, ['--import', 'tsx', script, directory], { stdio: 'inherit' });
    const delays: number[] = [];
    while (delays.length < 10) {
      const records = await reader.fetch({ waitMs: 15_000 });
      expect(records.length).toBeGreaterThan(0);
      delays.push(...records.map(({ value }) => Date.now() - Number(Buffer.from(value!).toString())));
    }
    await once(writer, 'exit');
    await log.close();
    expect(delays.sort((a, b) => a - b)[5]).toBeLessThanOrEqual(20);
  });
});
