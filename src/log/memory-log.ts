import { systemClock, type Clock } from '../time/clock.js';
import { EmbeddedLog } from './embedded/embedded-log.js';
import { MemoryStorage } from './memory/memory-storage.js';

/** A log in the memory of this process, for tests and trials: the full contract of `Log`, gone when the process ends. Time comes from `clock`. */
export class MemoryLog extends EmbeddedLog {
  constructor({ clock = systemClock }: { readonly clock?: Clock } = {}) {
    super('MemoryLog', 'memory', new MemoryStorage(clock), clock);
  }
}
