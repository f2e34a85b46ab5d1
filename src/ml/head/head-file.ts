import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { error, isError, reasonOf } from '../../errors.js';
import { decodeHead, type Head } from './head.js';

/** Writes a head's file; it appears whole or not at all. */
export async function saveHead(head: Head, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${String(process.pid)}.tmp`;
  await writeFile(temporary, head.encode());
  await rename(temporary, path);
}

/** Reads a head's file; throws HW_HEAD_FILE where there is none or it is damaged. */
export async function loadHead(path: string): Promise<Head> {
  try {
    return decodeHead(await readFile(path));
  } catch (thrown) {
    if (isError(thrown, 'HW_HEAD_FILE')) throw thrown;
    throw error('HW_HEAD_FILE', { problem: reasonOf(thrown) }, thrown);
  }
}
