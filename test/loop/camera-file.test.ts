import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { readCameraFile } from '../../src/loop/camera-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-cameras-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown): Promise<unknown> {
  const file = join(folder, 'regions.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readCameraFile(file, 'gate');
}

const triangle = [
  [0, 0],
  [640, 0],
  [0, 480.5],
];
const size = { width: 640, height: 481 };

it('reads the regions of the sample camera under a name of its own', async () => {
  const camera = await readCameraFile('topologies/sample/junction/regions.json', 'other');
  expect(camera).toMatchObject({ camera: 'other', width: 512, height: 384 });
  expect(camera.regions.map(({ name }) => name)).toEqual(['west', 'middle', 'gate', 'crossing', 'east', 'corner']);
});

it('takes a camera without regions', async () => {
  expect(await read({ ...size, regions: [] })).toEqual({ camera: 'gate', ...size, regions: [] });
});

it.each([
  ['no JSON', 'regions', /JSON/],
  ['a list', [], /the file must be an object/],
  ['no size', { regions: [] }, /width and height/],
  ['a size that is no pixels', { width: -1, height: 2, regions: [] }, /width and height/],
  ['no regions', size, /regions must be a list/],
  ['a region without a name', { ...size, regions: [{ polygon: triangle }] }, /needs a name/],
  ['a name with a slash', { ...size, regions: [{ name: 'a/b', polygon: triangle }] }, /needs a name/],
  ['a line', { ...size, regions: [{ name: 'a', polygon: triangle.slice(1) }] }, /"a" needs a polygon of three corners/],
  ['a corner outside', { ...size, regions: [{ name: 'a', polygon: [...triangle, [641, 0]] }] }, /\[641,0\] is no place/],
  ['a corner of text', { ...size, regions: [{ name: 'a', polygon: [...triangle, ['1', 0]] }] }, /\["1",0\] is no place/],
  ['one name twice', { ...size, regions: Array(2).fill({ name: 'a', polygon: triangle }) }, /"a" is there twice/],
])('refuses %s', async (_, content, problem) => {
  await expect(read(content)).rejects.toMatchObject({ code: 'HW_CAMERA_FILE', message: expect.stringMatching(problem) as string });
});

it('says that a file is missing', async () => {
  await expect(readCameraFile(join(folder, 'missing.json'), 'gate')).rejects.toMatchObject({ code: 'HW_FILE' });
});
