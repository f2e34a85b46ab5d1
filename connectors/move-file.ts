import { copyFile, mkdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

/**
 * Moves a file, to another file system too. Another file that is at the target already stays, and this one gets a number behind its name.
 * A source that is gone is nothing to move.
 */
export async function moveFile(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const place = await freePlace(source, target);
  try {
    await rename(source, place);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EXDEV') await copyAcross(source, place);
    else if (code !== 'ENOENT') throw thrown;
  }
}

/** The target, or the first name after it that no other file has; one of the same size and time is the same, from a move that was cut off. */
async function freePlace(source: string, target: string): Promise<string> {
  const found = await stat(source).catch(() => undefined);
  const extension = extname(target);
  const stem = target.slice(0, target.length - extension.length);
  for (let n = 0; ; n++) {
    const place = n === 0 ? target : `${stem}-${n}${extension}`;
    const there = await stat(place).catch(() => undefined);
    if (!there) return place;
    // A time that was copied is right to the millisecond.
    if (found?.size === there.size && Math.abs(found.mtimeMs - there.mtimeMs) < 2) return place;
  }
}

/** Under a name with a dot until all of it is there. */
async function copyAcross(source: string, place: string): Promise<void> {
  const { atime, mtime } = await stat(source);
  const part = join(dirname(place), `.${process.pid}.part`);
  await copyFile(source, part);
  await utimes(part, atime, mtime);
  await rename(part, place);
  await unlink(source);
}
