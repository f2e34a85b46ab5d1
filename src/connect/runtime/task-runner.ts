import type { Properties } from '../../config/index.js';
import type { Log } from '../../log/log.js';
import type { Clock } from '../../time/clock.js';
import type { Logger } from '../loggers.js';
import type { ErrorHandler } from './error-handling.js';
import type { RecordConversion } from './record-conversion.js';

/** What both kinds of task need around them. */
export interface TaskSetup {
  readonly connector: string;
  readonly id: number;
  readonly taskClass: string;
  readonly properties: Properties;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly errors: ErrorHandler;
  readonly conversion: RecordConversion;
  /** Aborts to stop the task. */
  readonly signal: AbortSignal;
  /** Called with each topic that the task reads or writes for the first time. */
  readonly topicUsed: (topic: string) => void;
  readonly stateChanged: (state: 'RUNNING' | 'PAUSED') => void;
}

/** A task on its way: `run` ends when its signal aborts, or throws what failed it. */
export interface TaskRunner {
  run(): Promise<void>;
  setPaused(paused: boolean): void;
}
