import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SourceTask, SourceTaskContext } from '../../src/index.js';
import { checkSink, checkSource } from '../../src/testing/index.js';
import { fileStreamSink } from '../../connectors/file-stream-sink.js';
import { fileStreamSource } from '../../connectors/file-stream-source.js';

const newFile = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), 'headwater-lines-')), 'lines.txt');

checkSource(
  'FileStreamSource',
  fileStreamSource,
  {
    properties: async () => {
      const file = await newFile();
      await writeFile(file, '');
      return { file, topic: 'check', 'value.converter': 'org.apache.kafka.connect.storage.StringConverter' };
    },
    offer: ({ file }, from, to) => appendFile(file!, Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('')),
    item: (record) => Number(String(record.value).replace('line ', '')),
  },
  { describe, it },
);

checkSink(
  'FileStreamSink',
  fileStreamSink,
  {
    delivery: 'at-least-once',
    properties: async () => ({ file: await newFile() }),
    delivered: async ({ file }) => {
      const text = await readFile(file!, 'utf8').catch(() => '');
      return [...text.matchAll(/n=(\d+)/g)].map(([, n]) => Number(n));
    },
  },
  { describe, it },
);

describe('FileStreamSource', () => {
  async function started(file: string, more: Record<string, string> = {}, position?: number): Promise<SourceTask> {
    const task = fileStreamSource.task();
    const context: Pick<SourceTaskContext, 'offsets' | 'sleep'> = {
      offsets: { offset: () => Promise.resolve(position === undefined ? null : { position }) },
      sleep: () => Promise.resolve(),
    };
    await task.start({ file, topic: 't', ...more }, context as SourceTaskContext);
    onTestFinished(() => task.stop?.());
    return task;
  }
  const polled = async (task: SourceTask) =>
    [...((await task.poll()) ?? [])].map(({ value, sourceOffset }) => [value, sourceOffset.position]);

  it('waits for the end of a line, and counts positions in bytes', async () => {
    const file = await newFile();
    await writeFile(file, 'größe\r\n\nunfin');
    const task = await started(file);
    expect(await polled(task)).toEqual([
      ['größe', 9],
      ['', 10],
    ]);
    expect(await polled(task)).toEqual([]);
    await appendFile(file, 'ished\nnext');
    expect(await polled(task)).toEqual([['unfinished', 21]]);
    expect(await polled(task)).toEqual([]);
  });

  it('gives lines of every length whole and in order, and goes on at a position', async () => {
    const file = await newFile();
    const lines = [10, 100_000, 65_535, 65_536, 9_000_000, 0, 4_194_304, 3, 700_000].map((length, n) => String(n).repeat(length));
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    const task = await started(file);
    const given: (readonly unknown[])[] = [];
    while (given.length < lines.length) given.push(...(await polled(task)));
    expect(given.map(([value], n) => value === lines[n])).toEqual(lines.map(() => true));
    const later = await started(file, {}, Number(given[4]![1]));
    expect(await polled(later)).toEqual([given[5]]);
  });

  it('gives at most batch.size lines a poll', async () => {
    const file = await newFile();
    await writeFile(file, 'a\nb\nc\n');
    const task = await started(file, { 'batch.size': '2' });
    expect(await polled(task)).toEqual([
      ['a', 2],
      ['b', 4],
    ]);
    expect(await polled(task)).toEqual([['c', 6]]);
  });
});

describe('FileStreamSink', () => {
  it('writes lines of every length in order', async () => {
    const file = await newFile();
    const lines = ['short', 'x'.repeat(2 ** 20), '', 'größe'.repeat(300_000), 'y'.repeat(2 ** 20 - 1), 'end'];
    const task = fileStreamSink.task();
    await task.start({ file }, {} as Parameters<typeof task.start>[1]);
    const records = lines.map((value) => ({ valueSchema: null, value }) as Parameters<typeof task.put>[0][number]);
    await task.put(records);
    await task.put(records.slice(0, 1));
    await task.stop?.();
    expect(await readFile(file, 'utf8')).toBe(`${[...lines, 'short'].join('\n')}\n`);
  });
});
