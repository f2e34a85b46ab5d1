import type { Worker } from 'node:worker_threads';

import { startWorker } from '../start-worker.js';
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

/** One thread of the process that trains heads, started with the first; it does not keep the process alive. */
class TrainingThread {
  #worker: Worker | undefined;
  #requests = 0;
  readonly #waiting = new Map<number, Waiting>();

  train(task: TrainingTask): Promise<Training | undefined> {
    return new Promise((resolve, reject) => {
      const id = this.#requests++;
      const worker = (this.#worker ??= this.#start());
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, task } satisfies TrainingRequest, [task.rows.features.buffer]);
    });
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
    worker.on('error', (reason) => {
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(reason);
      this.#waiting.clear();
    });
    return worker;
  }
}

const thread = new TrainingThread();

/** `trainHead` beside the event loop. The buffer of the rows' features is handed over: it is empty afterwards. */
export function trainHeadOffThread(task: TrainingTask): Promise<Training | undefined> {
  return thread.train(task);
}
