import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  createResizeImageUDF,
  encodeImage,
  filesToDF,
  imageArrayToStruct,
  imageOf,
  imageStructOf,
  imageStructToArray,
  LazyImage,
  readImagesWithCustomFn,
  type ImageStruct,
} from '../../src/index.js';

const pixels = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31) % 256);

it.each([1, 3, 4])('turns arrays of %d channels into structs and back, exactly', (channels) => {
  const array = { shape: [2, 5, channels], data: pixels(10 * channels) };
  const struct = imageArrayToStruct(array, 'file:///a.png');
  expect(struct).toMatchObject({
    origin: 'file:///a.png',
    height: 2,
    width: 5,
    nChannels: channels,
    mode: { 1: 0, 3: 16, 4: 24 }[channels],
  });
  expect(imageStructToArray(struct)).toEqual(array);
  expect(imageArrayToStruct({ ...array, shape: [1, ...array.shape] })).toEqual({ ...struct, origin: '' });
});

it('refuses arrays that are no picture', () => {
  for (const array of [
    { shape: [2, 5], data: pixels(10) },
    { shape: [2, 2, 5, 3], data: pixels(60) },
    { shape: [2, 5, 3], data: pixels(29) },
    { shape: [2, 5, 2], data: pixels(20) },
    { shape: [2, 5, 3], data: new Float32Array(30) as unknown as Uint8Array },
  ])
    expect(() => imageArrayToStruct(array)).toThrow(expect.objectContaining({ code: 'HW_IMAGE_ARRAY' }));
});

it('resizes structs by height and width as images are, leaves those of the size and nulls alone', async () => {
  const resize = createResizeImageUDF([4, 6]);
  const struct = imageArrayToStruct({ shape: [8, 9, 3], data: pixels(216) }, 'o');
  const small = await resize(struct);
  expect(small).toEqual(imageStructOf(await imageOf(struct).resize({ width: 6, height: 4 }).pixels(), 'o'));
  expect([small?.height, small?.width]).toEqual([4, 6]);
  expect(await resize(small)).toBe(small);
  expect(await resize(null)).toBe(null);
});

it('reads files as bytes, and with a decoder of ours, null where it fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'files-'));
  await writeFile(join(folder, '1.png'), await encodeImage({ width: 3, height: 2, channels: 3, data: pixels(18) }, 'png'));
  await writeFile(join(folder, '2.png'), 'no picture');
  expect((await filesToDF(folder).toRows()).map(({ filePath, fileData }) => [filePath, (fileData as Uint8Array).length > 5])).toEqual([
    [`file://${folder}/1.png`, true],
    [`file://${folder}/2.png`, true],
  ]);
  const decode = async (bytes: Uint8Array, origin: string) => imageStructOf(await LazyImage.from(bytes).pixels(), origin);
  const [first, second] = await readImagesWithCustomFn(folder, decode).toRows();
  await rm(folder, { recursive: true });
  expect(first!['image'] as ImageStruct).toMatchObject({ origin: `file://${folder}/1.png`, height: 2, width: 3, nChannels: 3 });
  expect(second).toEqual({ image: null });
});
