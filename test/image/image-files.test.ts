import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageFiles } from '../../src/image/image-files.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-'));
  await mkdir(join(folder, 'b [x]'));
  for (const name of ['10.jpg', '9.JPG', 'notes.txt', 'b [x]/1.png']) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

const names = async (location: string) => (await imageFiles(join(folder, location))).map((file) => basename(file));

it('finds the pictures of a directory and below, numbers in their order', async () => {
  expect(await names('.')).toEqual(['9.JPG', '10.jpg', '1.png']);
});

it('finds what a glob names, and a single file', async () => {
  expect(await names('*.{JPG,txt}')).toEqual(['9.JPG', 'notes.txt']);
  expect(await names('10.jpg')).toEqual(['10.jpg']);
  expect(await names('b [x]')).toEqual(['1.png']);
});

it('says where nothing was found', async () => {
  await expect(imageFiles(join(folder, 'none'))).rejects.toMatchObject({ code: 'HW_IMAGE_NONE' });
});
