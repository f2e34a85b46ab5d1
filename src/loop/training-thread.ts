import type { Worker } from 'node:worker_threads';

import { error } from '../errors.js';
import { startWorker } from '../start-worker.js';
import type { Clock } from '../time/clock.js';
import type { Training, TrainingTask } from './train-head.js';

export interface TrainingRequest {
  readonly id: number;
  readonly task: TrainingTask;
}

export type TrainingAnswer =
  { readonly id: number; readonly training: Training | undefined } | { readonly id: number; readonly failed: string };

interface Waiting {
  readonly resolve: (training: Training | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** How long a training may take, in milliseconds of a clock. */
interface Deadline {
  readonly deadlineMs: number;
  readonly clock: Clock;
}

/**
 * One thread of the process that trains heads, started with the first; it does not keep the process alive. One that is late is left to itself, never
 * terminated: ending a thread inside native code aborts the process.
 */
class TrainingThread {
  #worker: Worker | undefined;
  #requests = 0;
  readonly #waiting = new Map<number, Waiting>();

  async train(task: TrainingTask, { deadlineMs, clock }: Deadline): Promise<Training | undefined> {
    const done = new AbortController();
    const late = clock.sleep(deadlineMs, done.signal).then(() => {
      if (!done.signal.aborted) this.#giveUp(error('HW_TRAINING_LATE', { head: task.head, ms: deadlineMs }));
    });
    const training = new Promise<Training | undefined>((resolve, reject) => {
      const id = this.#requests++;
      const worker = (this.#worker ??= this.#start());
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, task } satisfies TrainingRequest, [task.rows.features.buffer]);
    });
    return training.finally(() => {
      done.abort();
      return late;
    });
  }

  /** The next training gets a thread of its own. */
  #giveUp(reason: Error): void {
    this.#worker?.removeAllListeners().unref();
    this.#fail(reason);
  }

  #fail(reason: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #start(): Worker {
    const worker = startWorker(import.meta.url, 'training-worker');
    worker.on('message', (answer: TrainingAnswer) => {
      const waiting = this.#waiting.get(answer.id)!;
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('failed' in answer) waiting.reject(new Error(answer.failed));
      else waiting.resolve(answer.training);
    });
    worker.on('error', (reason) => this.#fail(reason));
    return worker;
  }
}

const thread = new TrainingThread();

/**
 * `trainHead` beside the event loop. The buffer of the rows' features is handed over: it is empty afterwards. Throws HW_TRAINING_LATE where it takes longer
 * than it may by `clock`.
 */
export function trainHeadOffThread(task: TrainingTask, deadline: Deadline): Promise<Training | undefined> {
  return thread.train(task, deadline);
}
