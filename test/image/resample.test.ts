import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { LazyImage } from '../../src/index.js';
import { largestDifference } from './pixel-difference.js';

const golden = (name: string) => new Uint8Array(readFileSync(new URL(`../golden/resample/${name}.rgb`, import.meta.url)));
const pattern = LazyImage.from(golden('pattern'), { encoding: 'rgb8', width: 61, height: 47 });

describe('resample', () => {
  it.each([
    ['23x19', 23, 19],
    ['60x46', 60, 46],
    ['7x3', 7, 3],
  ])("shrinks to %s as OpenCV's area average does, to 1 of 255", async (name, width, height) => {
    const { data } = await pattern.resize({ width, height }).pixels();
    expect(largestDifference(data, golden(name))).toBeLessThanOrEqual(1);
  });

  it("enlarges as OpenCV's bilinear interpolation does, to 2 of 255", async () => {
    const { data } = await pattern.resize({ width: 97, height: 150 }).pixels();
    expect(largestDifference(data, golden('97x150'))).toBeLessThanOrEqual(2);
  });

  it('leaves pixels as they are where nothing is scaled', async () => {
    expect((await pattern.pixels()).data).toEqual(golden('pattern'));
  });

  it('keeps a flat picture flat at any size', async () => {
    const flat = LazyImage.from(new Uint8Array(300 * 200 * 3).fill(201), { encoding: 'rgb8', width: 300, height: 200 });
    for (const size of [1, 7, 64, 199, 301]) {
      const { data } = await flat.resize({ width: size, height: size }).pixels();
      expect(new Set(data)).toEqual(new Set([201]));
    }
  });
});
