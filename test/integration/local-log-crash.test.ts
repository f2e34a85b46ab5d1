import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalLog } from '../../src/log/local-log.js';

const kills = 30;
const count = 30_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headwater-crash-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function start(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, '../fixtures/log/counting-writer.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function fill(): Promise<void> {
  const log = LocalLog.open(directory);
  await log.createTopics(['numbers', 'left', 'right'].map((name) => ({ name, partitions: 1 })));
  for (let i = 0; i < count; i += 1_000) {
    const value = (j: number): Buffer => Buffer.alloc(200 + ((i + j) % 7) * 1_000, `${i + j} `);
    await log.append(Array.from({ length: 1_000 }, (_, j) => ({ topic: 'numbers', key: null, value: value(j) })));
  }
  await log.close();
}

async function numbers(log: LocalLog, topic: string): Promise<number[]> {
  const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
  const found: number[] = [];
  while (!(await reader.atEnd())) for (const { value } of await reader.fetch()) found.push(parseInt(Buffer.from(value!).toString(), 10));
  return found;
}

describe('the embedded log', () => {
  it(`has each record once in both topics after ${kills} kills at random moments`, async () => {
    await fill();
    for (let kill = 0; kill < kills; kill++) {
      const child = await start();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const log = LocalLog.open(directory);
      const [left, right, [committed]] = [await numbers(log, 'left'), await numbers(log, 'right'), await log.committed('counter')];
      await log.close();
      expect(left).toEqual(right);
      expect(left).toEqual(Array.from({ length: left.length }, (_, i) => i));
      expect(committed?.offset ?? 0).toBe(left.length);
    }
    const [code] = (await once(await start(), 'exit')) as [number];
    expect(code).toBe(0);
    const log = LocalLog.open(directory);
    expect((await numbers(log, 'left')).length).toBe(count);
    await log.close();
  });

  it('lets one process run a group, names it to a second one, and takes over when it is killed', async () => {
    await fill();
    const child = await start();
    const log = LocalLog.open(directory);
    const join = (): Promise<unknown> => log.join({ group: 'counter', topics: ['numbers'], onAssigned: () => undefined });
    await expect(join()).rejects.toThrow(`group counter in LocalLog ${directory} is run by process ${child.pid!} on `);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(join()).resolves.toBeDefined();
    await log.close();
  });
});
