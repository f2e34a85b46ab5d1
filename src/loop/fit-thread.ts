import type { Worker } from 'node:worker_threads';

import type { HeadOptions } from '../ml/head/fit-head.js';
import { decodeHead, type Head } from '../ml/head/head.js';
import { startWorker } from '../start-worker.js';

export interface FitRequest {
  readonly id: number;
  readonly features: Float32Array;
  readonly labels: readonly string[];
  readonly options: HeadOptions;
}

export type FitAnswer = { readonly id: number; readonly file: Uint8Array } | { readonly id: number; readonly failed: string };

interface Waiting {
  readonly resolve: (head: Head) => void;
  readonly reject: (reason: Error) => void;
}

/** One thread of the process that fits heads, started with the first; it does not keep the process alive. */
class FitThread {
  #worker: Worker | undefined;
  #requests = 0;
  readonly #waiting = new Map<number, Waiting>();

  fit(features: Float32Array<ArrayBuffer>, labels: readonly string[], options: HeadOptions): Promise<Head> {
    return new Promise((resolve, reject) => {
      const id = this.#requests++;
      const worker = (this.#worker ??= this.#start());
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, features, labels, options } satisfies FitRequest, [features.buffer]);
    });
  }

  #start(): Worker {
    const worker = startWorker(import.meta.url, 'fit-worker');
    worker.on('message', (answer: FitAnswer) => {
      const waiting = this.#waiting.get(answer.id)!;
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('file' in answer) waiting.resolve(decodeHead(answer.file));
      else waiting.reject(new Error(answer.failed));
    });
    worker.on('error', (reason) => {
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(reason);
      this.#waiting.clear();
    });
    return worker;
  }
}

const thread = new FitThread();

/** `fitHead` beside the event loop. The features' buffer is handed over: it is empty afterwards. */
export function fitHeadOffThread(features: Float32Array<ArrayBuffer>, labels: readonly string[], options: HeadOptions): Promise<Head> {
  return thread.fit(features, labels, options);
}
