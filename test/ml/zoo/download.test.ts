import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { download, type Progress } from '../../../src/ml/zoo/download.js';
import { progressLine } from '../../../src/ml/zoo/progress-bar.js';
import { networkToOnnx } from '../../../src/ml/zoo/zoo.js';

const content = Buffer.alloc(300_000, 'weights ');
const digest = { algorithm: 'sha256', hex: createHash('sha256').update(content).digest('hex') } as const;

let directory: string;
let server: Server;
let url: string;
let ranges: (string | undefined)[];
/** Bytes after which the server breaks the connection, once. */
let breakAt: number | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-download-'));
  ranges = [];
  breakAt = undefined;
  server = createServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const from = range === undefined ? 0 : Number(/bytes=(\d+)-/.exec(range)![1]);
    response.writeHead(range === undefined ? 200 : 206, { 'content-length': content.length - from });
    if (breakAt === undefined) return void response.end(content.subarray(from));
    response.write(content.subarray(from, breakAt));
    setTimeout(() => response.destroy(), 100);
    breakAt = undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.h5`;
});

afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

it('fetches a file, verifies it and tells how far it is', async () => {
  const file = join(directory, 'cache', 'weights.h5');
  const seen: Progress[] = [];
  await download(url, file, { digest, onProgress: (progress) => seen.push(progress) });
  expect(await readFile(file)).toEqual(content);
  expect(seen.at(-1)).toEqual({ url, received: content.length, total: content.length });
});

it('goes on where a broken connection stopped', async () => {
  const file = join(directory, 'weights.h5');
  breakAt = 100_000;
  await expect(download(url, file, { digest })).rejects.toThrow(/cannot be fetched/);
  expect(await readdir(directory)).toEqual(['weights.h5.part']);
  await download(url, file, { digest });
  expect(await readFile(file)).toEqual(content);
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
});

it('keeps nothing when the bytes are others than expected', async () => {
  const file = join(directory, 'weights.h5');
  await writeFile(`${file}.part`, 'rubbish of an earlier call');
  await expect(download(url, file, { digest })).rejects.toThrow(/have sha256 .* was expected/);
  expect(await readdir(directory)).toEqual([]);
});

it('says offline what could not be reached and what to do', async () => {
  server.close();
  const file = join(directory, 'weights.h5');
  await expect(download(url, file)).rejects.toThrow(`lay the file at ${file} or give its path as weights`);
  await expect(download(url, file)).rejects.toThrow(/ECONNREFUSED/);
});

it('takes weights from the cache directory without asking anybody', async () => {
  const file = join(directory, 'weights', 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5');
  await download(url, file);
  await expect(networkToOnnx('VGG16', 'features', { cacheDirectory: directory })).rejects.toThrow(/file signature not found/);
});

it('draws a line that shows the part that came', () => {
  expect(progressLine('http://host/vgg16.h5', 1e6, 4e6)).toBe(`vgg16.h5 [########                      ] 25 % of 4.0 MB`);
});
