import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveFile } from '../../connectors/move-file.js';

describe('moveFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-move-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('keeps what is at the target, and does nothing where the source is gone', async () => {
    for (const text of ['one', 'other', 'third one']) {
      await writeFile(join(folder, 'a.jpg'), text);
      await moveFile(join(folder, 'a.jpg'), join(folder, 'archive/a.jpg'));
    }
    await moveFile(join(folder, 'a.jpg'), join(folder, 'archive/a.jpg'));
    const names = (await readdir(join(folder, 'archive'))).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'archive', name), 'utf8')));
    expect(Object.fromEntries(names.map((name, n) => [name, texts[n]]))).toEqual({
      'a.jpg': 'one',
      'a-1.jpg': 'other',
      'a-2.jpg': 'third one',
    });
  });

  it('moves to another file system', async (context) => {
    const memory = '/dev/shm';
    if ((await stat(memory).catch(() => undefined))?.dev === undefined || (await stat(memory)).dev === (await stat(folder)).dev) {
      console.warn('SKIPPED: there is one file system only');
      context.skip();
    }
    const there = await mkdtemp(join(memory, 'headwater-move-'));
    await mkdir(join(folder, 'across'));
    await writeFile(join(folder, 'across', 'b.jpg'), 'bytes');
    const { mtimeMs } = await stat(join(folder, 'across', 'b.jpg'));
    await moveFile(join(folder, 'across', 'b.jpg'), join(there, 'b.jpg'));
    expect(await readdir(join(folder, 'across'))).toEqual([]);
    expect(await readdir(there)).toEqual(['b.jpg']);
    expect(Math.abs((await stat(join(there, 'b.jpg'))).mtimeMs - mtimeMs)).toBeLessThan(2);
    await rm(there, { recursive: true });
  });
});
