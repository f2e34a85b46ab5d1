import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalLog } from '../../src/log/local-log.js';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

function headwater(...argv: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--import', 'tsx', main, ...argv, '--log', folder]);
}

it('follows a topic that another process writes, and ends with 0 on Ctrl-C', async () => {
  const log = LocalLog.open(folder);
  await log.createTopics([{ name: 't', partitions: 1 }]);
  const tail = headwater('tail', 't', '--follow');
  await log.append([{ topic: 't', key: Buffer.from('k'), value: Buffer.from('hello'), timestamp: 0 }]);
  const [line] = (await once(tail.stdout, 'data')) as [Buffer];
  expect(line.toString()).toBe('t-0@0  1970-01-01T00:00:00.000Z  k  hello\n');
  tail.kill('SIGINT');
  expect(await once(tail, 'exit')).toEqual([0, null]);
  await log.close();
});

it('ends quietly when its reader has seen enough', async () => {
  const log = LocalLog.open(folder);
  await log.createTopics([{ name: 'long', partitions: 1 }]);
  await log.append(Array.from({ length: 5000 }, () => ({ topic: 'long', key: null, value: Buffer.alloc(100, 'x') })));
  await log.close();
  const tail = headwater('tail', 'long');
  let errors = '';
  tail.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  await once(tail.stdout, 'data');
  tail.stdout.destroy();
  expect(await once(tail, 'exit')).toEqual([0, null]);
  expect(errors).toBe('');
});

it('ends when a Connect worker cannot start', async () => {
  const properties = join(folder, 'worker.properties');
  await writeFile(properties, 'work.topic=no topic name\n');
  const worker = headwater('connect', properties, '--port', '0');
  expect(await once(worker, 'exit')).toEqual([1, null]);
});

it('names the file of a connector that cannot be', async () => {
  const properties = join(folder, 'sink.properties');
  await writeFile(properties, 'name=sink\nconnector.class=S3Sink\ntopics=t\n');
  const worker = headwater('connect', properties, '--port', '0');
  let errors = '';
  worker.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  expect(await once(worker, 'exit')).toEqual([1, null]);
  expect(errors).toContain(`${properties} configures no connector: `);
  expect(errors).toContain('Missing required configuration "bucket"');
});
