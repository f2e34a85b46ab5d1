import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
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
