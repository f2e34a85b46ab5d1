import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { error, HeadwaterError, reasonOf } from '../../errors.js';

/** Version of the files' layout; grows when an older Headwater could not read them. */
const format = 1;

interface Identity {
  readonly format: number;
  readonly id: string;
}

/** Whether a log was made in the directory. */
export function holdsLog(directory: string): boolean {
  return existsSync(identityPath(directory));
}

/**
 * Makes or checks the directory of an embedded log before LMDB maps its files, and returns the log's id. Throws HW_LOG_DIRECTORY where it cannot
 * be used, HW_LOG_FORMAT where a newer Headwater made it, HW_LOG_CORRUPT where its files are damaged.
 */
export function prepareDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    if (!statSync(directory).isDirectory()) throw new Error('it is not a directory');
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const file of ['data.mdb', 'lock.mdb']) {
      const path = join(directory, file);
      if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    }
    const { id } = identity(directory);
    checkDataFile(directory);
    return id;
  } catch (reason) {
    if (reason instanceof HeadwaterError) throw reason;
    throw error('HW_LOG_DIRECTORY', { directory, reason: inWords(reason) }, reason);
  }
}

function inWords(reason: unknown): string {
  const code = (reason as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read and write it';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'it is not a directory';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'the disk is full';
  return reasonOf(reason);
}

const identityPath = (directory: string): string => join(directory, 'log.json');

function identity(directory: string): Identity {
  const path = identityPath(directory);
  if (!existsSync(path)) {
    const draft = `${path}.${randomUUID()}`;
    writeFileSync(draft, `${JSON.stringify({ format, id: randomUUID() } satisfies Identity)}\n`);
    try {
      linkSync(draft, path);
    } catch (reason) {
      // another process was first: its identity holds
      if ((reason as NodeJS.ErrnoException).code !== 'EEXIST') throw reason;
    } finally {
      rmSync(draft);
    }
  }
  const stored = parse(readFileSync(path, 'utf8'));
  if (stored === undefined) throw error('HW_LOG_CORRUPT', { directory, problem: 'log.json is no description of a log' });
  if (stored.format > format) throw error('HW_LOG_FORMAT', { directory, found: stored.format, known: format });
  return stored;
}

function parse(text: string): Identity | undefined {
  try {
    const { format: found, id } = JSON.parse(text) as Partial<Identity>;
    return typeof found === 'number' && typeof id === 'string' ? { format: found, id } : undefined;
  } catch {
    return undefined;
  }
}

/** Offsets in an LMDB meta page (data version 2), from the start of the page. */
const meta = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152, bytes: 160 };
const magic = 0xbeefc0de;
/** Pages at the end that LMDB may have given out and never written. */
const unwrittenPages = 64;

/** LMDB crashes the process on a file that is none of its own or cut short, so that is looked at first. */
function checkDataFile(directory: string): void {
  const path = join(directory, 'data.mdb');
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const first = metaPage(file, 0);
    if (first === undefined && fstatSync(file).size === 0) return;
    if (first === undefined) throw error('HW_LOG_CORRUPT', { directory, problem: 'data.mdb does not begin as an LMDB file' });
    const second = metaPage(file, first.pageSize);
    const newest = second !== undefined && second.transaction > first.transaction ? second : first;
    const expected = (newest.lastPage + 1 - unwrittenPages) * newest.pageSize;
    const { size } = fstatSync(file);
    if (size < expected) throw error('HW_LOG_CORRUPT', { directory, problem: `data.mdb ends at ${size} bytes, before its last page` });
  } finally {
    closeSync(file);
  }
}

function metaPage(file: number, at: number): { pageSize: number; lastPage: number; transaction: number } | undefined {
  const page = Buffer.alloc(meta.bytes);
  if (readSync(file, page, 0, meta.bytes, at) < meta.bytes || page.readUInt32LE(meta.magic) !== magic) return undefined;
  return {
    pageSize: page.readUInt32LE(meta.pageSize),
    lastPage: Number(page.readBigUInt64LE(meta.lastPage)),
    transaction: Number(page.readBigUInt64LE(meta.transaction)),
  };
}
