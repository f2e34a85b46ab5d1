import { deadLetterRecord } from '../../dead-letter.js';
import { error, reasonOf } from '../../errors.js';
import type { Log } from '../../log/log.js';
import type { LogRecord } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import type { Logger } from '../loggers.js';
import { withRetries, type RetryPolicy } from './retry.js';

/** Connect's names for where a record failed. */
export type Stage = 'KEY_CONVERTER' | 'VALUE_CONVERTER' | 'HEADER_CONVERTER' | 'TRANSFORMATION' | 'TASK_PUT';

export interface ErrorPolicy extends RetryPolicy {
  readonly tolerance: 'none' | 'all';
  readonly logErrors: boolean;
  readonly logRecords: boolean;
  /** Dead-letter topic; sinks only. */
  readonly deadLetterTopic?: string;
  readonly deadLetterHeaders: boolean;
}

/** Where in a connector a failure happened. */
export interface FailurePlace {
  readonly stage: Stage;
  readonly className: string;
  /** The record as it lies on the log; sources have none. */
  readonly origin?: LogRecord;
}

/** Tolerates, retries and reports what fails in converters and transforms, as the `errors.*` keys say. */
export class ErrorHandler {
  readonly #reports = new Set<Promise<unknown>>();
  /** How many records were left out. */
  skipped = 0;

  constructor(
    private readonly policy: ErrorPolicy,
    private readonly task: { readonly connector: string; readonly id: number },
    private readonly log: Log,
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  /** The result of `action`, or `skipped` where its failure is tolerated. Throws HW_CONNECT_TOLERANCE where it is not. */
  run<T>(place: FailurePlace, action: () => T | Promise<T>): T | Skipped | Promise<T | Skipped> {
    try {
      const result = action();
      return result instanceof Promise ? result.catch((thrown: unknown) => this.#failed(place, action, thrown)) : result;
    } catch (thrown) {
      return this.#failed(place, action, thrown);
    }
  }

  /** Reports a record that could not be used; throws HW_CONNECT_TOLERANCE where errors are not tolerated. */
  async report(place: FailurePlace, reason: unknown): Promise<void> {
    this.skipped++;
    if (this.policy.logErrors) this.#writeLog(place, reason);
    if (this.policy.deadLetterTopic !== undefined && place.origin)
      await this.#deadLetter(this.policy.deadLetterTopic, place, place.origin, reason);
    if (this.policy.tolerance === 'none') {
      throw error('HW_CONNECT_TOLERANCE', { stage: place.stage, class: place.className, reason: reasonOf(reason) }, reason);
    }
  }

  /** Resolves when every report under way is stored; throws the first one's failure. */
  async settled(): Promise<void> {
    await Promise.all(this.#reports);
  }

  async #failed<T>(place: FailurePlace, action: () => T | Promise<T>, first: unknown): Promise<T | Skipped> {
    let thrown = first;
    if (this.policy.timeoutMs !== 0) {
      let replayed = false;
      try {
        return await withRetries(
          () => {
            if (replayed) return action();
            replayed = true;
            throw first as Error;
          },
          this.policy,
          this.clock,
          this.signal,
        );
      } catch (last) {
        thrown = last;
      }
    }
    await this.report(place, thrown);
    return skipped;
  }

  async #deadLetter(topic: string, place: FailurePlace, origin: LogRecord, reason: unknown): Promise<void> {
    const { connector: name, id: task } = this.task;
    const full = deadLetterRecord(topic, { record: origin, name, task, stage: place.stage, className: place.className, reason });
    const stored = this.log.append([this.policy.deadLetterHeaders ? full : { ...full, headers: origin.headers }]);
    this.#reports.add(stored);
    try {
      await stored;
    } finally {
      this.#reports.delete(stored);
    }
  }

  #writeLog({ stage, className, origin }: FailurePlace, reason: unknown): void {
    const at =
      this.policy.logRecords && origin ? ` at ${origin.topic}-${origin.partition} offset ${origin.offset}, time ${origin.timestamp}` : '';
    this.logger.error(`Error in task ${this.task.connector}-${this.task.id}, ${stage} with ${className}${at}: ${reasonOf(reason)}`);
  }
}

/** Stands for a record that was left out. */
export const skipped = Symbol('skipped');
export type Skipped = typeof skipped;
