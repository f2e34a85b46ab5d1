import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import {
  encodeImage,
  imageOf,
  isError,
  LazyImage,
  readImageRows,
  imageStructOf,
  type ImageRow,
  type ReadImagesOptions,
} from '../../src/index.js';
import { largestDifference } from './pixel-difference.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pictures-'));
const red = { width: 4, height: 3, channels: 3, data: Uint8Array.from({ length: 36 }, (_, at) => (at % 3 === 0 ? 200 : 10)) } as const;
for (const label of ['cat', 'dog']) {
  mkdirSync(path.join(folder, label));
  for (const n of [1, 2, 10]) writeFileSync(path.join(folder, label, `${n}.png`), await encodeImage(red, 'png'));
}
writeFileSync(path.join(folder, 'dog', '3.jpg'), 'no picture');
afterAll(() => rmSync(folder, { recursive: true }));

async function read(location: string, options?: ReadImagesOptions): Promise<ImageRow[]> {
  const rows: ImageRow[] = [];
  for await (const row of readImageRows(location, options)) rows.push(row);
  return rows;
}
const names = (rows: ImageRow[]) => rows.map(({ image }) => path.basename(image.origin));

describe('readImageRows', () => {
  it("gives Spark's image struct, in natural order", async () => {
    const rows = await read(path.join(folder, 'cat'));
    expect(names(rows)).toEqual(['1.png', '2.png', '10.png']);
    const { origin: _, data, ...shape } = rows[0]!.image;
    expect(shape).toEqual({ width: 4, height: 3, nChannels: 3, mode: 16 });
    expect([...data.subarray(0, 3)]).toEqual([10, 10, 200]);
  });

  it('takes labels from folders and leaves failures out when told so', async () => {
    const rows = await read(folder, { label: 'directory', dropImageFailures: true });
    expect(rows.map(({ label }) => label)).toEqual(['cat', 'cat', 'cat', 'dog', 'dog', 'dog']);
  });

  it('names the file that is no picture', async () => {
    const thrown: unknown = await read(path.join(folder, 'dog')).catch((reason: unknown) => reason);
    expect(isError(thrown, 'HW_IMAGE_FILE')).toBe(true);
    expect(String(thrown)).toContain('3.jpg');
  });

  it('does not look into folders unless told so', async () => {
    const thrown: unknown = await read(folder).catch((reason: unknown) => reason);
    expect(isError(thrown, 'HW_IMAGE_NONE')).toBe(true);
    expect(await read(folder, { recursive: true, dropImageFailures: true })).toHaveLength(6);
  });

  it('draws the same sample for the same seed', async () => {
    const sample = async (seed: number) =>
      (await read(path.join(folder, '*/*.png'), { sampleRatio: 0.5, seed })).map(({ image }) => image.origin);
    expect(await sample(1)).toEqual(await sample(1));
    const samples = await Promise.all([1, 2, 3, 4, 5, 6].map(sample));
    expect(new Set(samples.map(String)).size).toBeGreaterThan(1);
  });
});

describe('conversions', () => {
  it('brings an image struct back to its pixels', async () => {
    expect((await imageOf(imageStructOf(red)).pixels()).data).toEqual(red.data);
  });

  it('drops the alpha of a struct of four channels', async () => {
    const struct = { origin: '', width: 1, height: 1, nChannels: 4, mode: 24, data: Uint8Array.of(1, 2, 3, 0) } as const;
    expect([...(await imageOf(struct).pixels()).data]).toEqual([3, 2, 1]);
  });

  it.each([
    ['png', 0],
    ['jpeg', 8],
    ['webp', 8],
  ] as const)('writes %s that reads back within %d of 255', async (format, tolerance) => {
    const { data } = await LazyImage.from(await encodeImage(red, format)).pixels();
    expect(largestDifference(data, red.data)).toBeLessThanOrEqual(tolerance);
  });

  it('refuses a share of files that is none', async () => {
    await expect(read(folder, { sampleRatio: 1.5 })).rejects.toThrow('readImages takes a sampleRatio in [0, 1], got 1.5');
  });
});
