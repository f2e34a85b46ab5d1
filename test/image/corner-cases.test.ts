import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { LazyImage } from '../../src/index.js';
import { exifPayload, withSegment } from './jpeg-forgery.js';

/** A picture of 64 x 32 whose left half is black and whose right half is white. */
const halves = Uint8Array.from({ length: 64 * 32 * 3 }, (_, at) => (Math.floor(at / 3) % 64 < 32 ? 0 : 255));
const raw = { width: 64, height: 32, channels: 3 } as const;

/** A picture as it is decoded: its size, and red, green and blue at a place. */
async function look(bytes: Buffer) {
  const { data, width, height } = await LazyImage.from(bytes).pixels();
  const at = (x: number, y: number): number[] => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  return { size: [width, height], at };
}
const expectNear = (pixel: number[], value: number): void => pixel.forEach((one) => expect(Math.abs(one - value)).toBeLessThan(8));

describe('pictures out of the ordinary', () => {
  it('are turned as their EXIF orientation says', async () => {
    const jpeg = await sharp(halves, { raw }).jpeg({ quality: 95 }).toBuffer();
    const { size, at } = await look(withSegment(jpeg, 0xe1, exifPayload(6)));
    expect(size).toEqual([32, 64]);
    expectNear(at(16, 8), 0);
    expectNear(at(16, 56), 255);
  });

  it('give the upper eight of sixteen bits', async () => {
    const deep = Uint16Array.from(halves, (value) => value * 257);
    const { size, at } = await look(await sharp(deep, { raw }).toColourspace('rgb16').png().toBuffer());
    expect(size).toEqual([64, 32]);
    expect([at(8, 16), at(56, 16)]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });

  it('give RGB for CMYK', async () => {
    const { at } = await look(await sharp(halves, { raw }).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer());
    for (const channel of at(8, 16)) expect(channel).toBeLessThan(64);
    for (const channel of at(56, 16)) expect(channel).toBeGreaterThan(240);
  });

  it('give the first frame of an animation', async () => {
    const frames = Uint8Array.from([...halves, ...halves.map((value) => 255 - value)]);
    const { size, at } = await look(
      await sharp(frames, { raw: { ...raw, height: 64, pageHeight: 32 } })
        .webp({ lossless: true })
        .toBuffer(),
    );
    expect(size).toEqual([64, 32]);
    expectNear(at(8, 16), 0);
    expectNear(at(56, 16), 255);
  });
});
