import { resolve } from 'node:path';
import { error } from '../errors.js';
import { systemClock, type Clock } from '../time/clock.js';
import { EmbeddedLog } from './embedded/embedded-log.js';
import { holdsLog, prepareDirectory } from './local/data-directory.js';
import { LmdbStorage } from './local/lmdb-storage.js';
import { inStorageTerms } from './local/transact.js';

export interface LocalLogOptions {
  readonly clock?: Clock;
  /** Commits wait until the disk has them. Default: they survive the process, and a power failure may cost the last moments, as with Kafka. */
  readonly fsync?: boolean;
  /** Whether a missing log is made, which is the default; else HW_LOG_MISSING. */
  readonly create?: boolean;
}

/**
 * The embedded log: LMDB files in a directory. Every append and commit is one transaction (exactly-once); any process may append and read,
 * and one process at a time runs the members of a group (HW_GROUP_LOCKED).
 */
export class LocalLog extends EmbeddedLog {
  private constructor(name: string, storage: LmdbStorage, clock: Clock) {
    super(name, 'local', storage, clock);
  }

  /** Opens the log in a directory, which is made if it is missing. Throws HW_LOG_MISSING, HW_LOG_DIRECTORY, HW_LOG_FORMAT, HW_LOG_CORRUPT, HW_LOG_FULL. */
  static open(directory: string, { clock = systemClock, fsync = false, create = true }: LocalLogOptions = {}): LocalLog {
    const path = resolve(directory);
    if (!create && !holdsLog(path)) throw error('HW_LOG_MISSING', { directory });
    const name = `LocalLog ${directory}`;
    const id = prepareDirectory(path);
    try {
      return new LocalLog(name, new LmdbStorage(path, name, id, clock, fsync), clock);
    } catch (reason) {
      throw inStorageTerms(reason, path);
    }
  }
}
