import { error, HeadwaterError, reasonOf } from '../../errors.js';

/** An error of LMDB or of the file system below it, in words of the table. */
export function inStorageTerms(reason: unknown, directory: string): unknown {
  if (reason instanceof HeadwaterError) return reason;
  const text = reasonOf(reason);
  if (/ENOSPC|No space left|MDB_MAP_FULL|Disk quota|EDQUOT/i.test(text)) return error('HW_LOG_FULL', { directory }, reason);
  if (/MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|PANIC|VERSION_MISMATCH|BAD_TXN)/.test(text)) {
    return error('HW_LOG_CORRUPT', { directory, problem: text }, reason);
  }
  return reason;
}
