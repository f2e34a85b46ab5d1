import { describe, expect, it } from 'vitest';

import { isError, LazyImage, reasonOf } from '../../src/index.js';

/** A picture whose pixel at x,y is (x, y, 7). */
function coordinates(width: number, height: number): LazyImage {
  const bytes = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at += 3) bytes.set([x, y, 7], at);
  return LazyImage.from(bytes, { encoding: 'rgb8', width, height });
}

const thrownBy = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

describe('LazyImage', () => {
  it('decodes nothing while a plan is made', () => {
    const image = LazyImage.from(Buffer.from('no picture'))
      .crop({ x: 0, y: 0, width: 5, height: 5 })
      .resize({ width: 2, height: 2 })
      .grey();
    expect(image.plan).toEqual({
      crop: [
        [0, 0],
        [5, 0],
        [5, 5],
        [0, 5],
      ],
      resize: { width: 2, height: 2, fit: 'fill' },
      colour: 'grey',
    });
  });

  it('shares one source between the images cut from it', () => {
    const frame = coordinates(8, 8);
    expect(frame.crop({ x: 1, y: 1, width: 2, height: 2 }).source).toBe(frame.source);
  });

  it('cuts a box in pixels of the source', async () => {
    const { data, width, height } = await coordinates(20, 10).crop({ x: 3, y: 4, width: 2, height: 2 }).pixels();
    expect([width, height]).toEqual([2, 2]);
    expect([...data]).toEqual([3, 4, 7, 4, 4, 7, 3, 5, 7, 4, 5, 7]);
  });

  it('cuts what a box has of the picture', async () => {
    const { width, height } = await coordinates(20, 10).crop({ x: 15, y: -4, width: 20, height: 8 }).pixels();
    expect([width, height]).toEqual([5, 4]);
  });

  it('refuses a region that misses the picture', async () => {
    const thrown = await thrownBy(coordinates(20, 10).crop({ x: 20, y: 0, width: 5, height: 5 }).pixels());
    expect(isError(thrown, 'HW_IMAGE_REGION')).toBe(true);
    expect(reasonOf(thrown)).toContain('20 x 10');
  });

  it('turns grey what lies outside a polygon', async () => {
    const triangle = coordinates(4, 4).crop([
      [0, 0],
      [4, 4],
      [0, 4],
    ]);
    const { data } = await triangle.pixels();
    const inside = Array.from({ length: 16 }, (_, pixel) => data[pixel * 3 + 2] === 7);
    // A centre on the left edge of a span is inside, on the right edge outside: the diagonal itself is cut off.
    expect(inside.map(Number)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0]);
    expect(data[0]).toBe(114);
  });

  it('keeps everything inside the bars of a letterbox', async () => {
    const { data } = await coordinates(8, 4).resize({ width: 8, height: 8, fit: 'contain' }).pixels();
    const rows = Array.from({ length: 8 }, (_, y) => [...data.subarray(y * 24, y * 24 + 3)]);
    expect(rows).toEqual([
      ...Array<number[]>(2).fill([114, 114, 114]),
      [0, 0, 7],
      [0, 1, 7],
      [0, 2, 7],
      [0, 3, 7],
      ...Array<number[]>(2).fill([114, 114, 114]),
    ]);
  });

  it('cuts the middle to cover a square', async () => {
    const { data } = await coordinates(8, 4).resize({ width: 4, height: 4, fit: 'cover' }).pixels();
    expect([...data.subarray(0, 12)]).toEqual([2, 0, 7, 3, 0, 7, 4, 0, 7, 5, 0, 7]);
  });

  it('gives one channel of BT.601 luma', async () => {
    const primaries = LazyImage.from(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), { encoding: 'rgb8', width: 3, height: 1 });
    const { data, channels } = await primaries.grey().pixels();
    expect(channels).toBe(1);
    expect([...data]).toEqual([77, 149, 29]);
  });

  it.each([
    ['mono8', [9], [9, 9, 9]],
    ['rgb8', [1, 2, 3], [1, 2, 3]],
    ['bgr8', [1, 2, 3], [3, 2, 1]],
    ['rgba8', [1, 2, 3, 200], [1, 2, 3]],
    ['bgra8', [1, 2, 3, 0], [3, 2, 1]],
  ] as const)('reads raw %s', async (encoding, pixel, rgb) => {
    const { data } = await LazyImage.from(Uint8Array.from(pixel), { encoding, width: 1, height: 1 }).pixels();
    expect([...data]).toEqual(rgb);
  });

  it('refuses raw pixels whose number does not fit', async () => {
    const thrown = await thrownBy(LazyImage.from(new Uint8Array(11), { encoding: 'rgb8', width: 2, height: 2 }).pixels());
    expect(isError(thrown, 'HW_IMAGE_CORRUPT')).toBe(true);
  });
});
