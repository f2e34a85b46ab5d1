import type { LanePool } from '../engines/lane-pool.js';
import type { BatchingOptions } from '../engines/micro-batcher.js';

export interface ModelOptions extends BatchingOptions {
  /** Where it runs. Default: the lanes that the whole process shares. */
  readonly lanes?: LanePool;
}
