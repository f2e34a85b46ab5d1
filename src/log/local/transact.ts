import { statfsSync } from 'node:fs';
import type { RootDatabase } from 'lmdb';
import { error, HeadwaterError, reasonOf } from '../../errors.js';

const quiet = (): void => undefined;
/** Less free space than this makes a failed write a full disk: LMDB says "Input/output error" for a write that was cut short. */
const fullBelow = 16 * 2 ** 20;

/**
 * Runs `action` as one write transaction of `directory`; waiting for the lock of other processes and writing happen off the event loop.
 * Throws what `action` throws, HW_LOG_FULL, HW_LOG_IO, HW_LOG_CORRUPT; nothing is written then.
 */
export async function transact<T>(root: RootDatabase, directory: string, action: () => T): Promise<T> {
  try {
    return await root.transaction(() => {
      const result = action();
      // lmdb rejects a promise of its own beside the transaction's when a commit fails; nobody else holds that one
      root.committed.then(quiet, quiet);
      return result;
    });
  } catch (reason) {
    throw inStorageTerms(await causeOf(reason), directory);
  }
}

/** An error of LMDB or of the file system below it, in words of the table. */
export function inStorageTerms(reason: unknown, directory: string): unknown {
  if (reason instanceof HeadwaterError) return reason;
  const text = reasonOf(reason);
  if (/ENOSPC|No space left|MDB_MAP_FULL|Disk quota/.test(text)) return error('HW_LOG_FULL', { directory }, reason);
  if (/MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC|VERSION_MISMATCH)/.test(text)) {
    return error('HW_LOG_CORRUPT', { directory, problem: text }, reason);
  }
  if (!text.includes('Input/output error')) return reason;
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize < fullBelow ? error('HW_LOG_FULL', { directory }, reason) : error('HW_LOG_IO', { directory }, reason);
}

async function causeOf(reason: unknown): Promise<unknown> {
  if (!(reason instanceof Error) || !('commitError' in reason)) return reason;
  return Promise.resolve(reason.commitError).then(
    () => reason,
    (cause: unknown) => cause,
  );
}
