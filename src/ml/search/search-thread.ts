import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../start-worker.js';
import type { FoldOutcome, HeadSearchTask, KeepRunners } from './head-search.js';

/** What the thread is asked for. */
export interface SearchRequest {
  readonly task: HeadSearchTask;
  readonly racing: boolean;
}

type FromSearch =
  | { readonly type: 'progress'; readonly fits: number }
  | { readonly type: 'round'; readonly gap: number; readonly outcomes: ReadonlyMap<number, readonly FoldOutcome[]> }
  | { readonly type: 'done'; readonly outcomes: FoldOutcome[][] };

export interface SearchThreadOptions {
  /** Makes the search a race: called on this thread, between two levels. */
  readonly keep?: KeepRunners;
  /** Takes how many fits have ended so far, at most ten times a second. */
  readonly onProgress?: (fits: number) => void;
  readonly signal?: AbortSignal;
}

/** Threads without work, for the searches to come: one that is started anew takes 100 ms to load the runtime. They end with the process. */
const idle: Worker[] = [];

/** Runs a search off the event loop; an abort of `signal` ends it at once. */
export function searchInThread(task: HeadSearchTask, { keep, onProgress, signal }: SearchThreadOptions = {}): Promise<FoldOutcome[][]> {
  return new Promise((resolve, reject) => {
    const worker = idle.pop() ?? startWorker(import.meta.url, 'search-worker');
    const stop = () => void worker.terminate();
    const receive = (message: FromSearch) => {
      if (message.type === 'progress') {
        onProgress?.(message.fits);
        return;
      }
      if (message.type === 'round') {
        keep!(message.gap, message.outcomes).then(
          (stay) => worker.postMessage(stay),
          (thrown: unknown) => {
            reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
            stop();
          },
        );
        return;
      }
      leave();
      worker.unref();
      idle.push(worker);
      resolve(message.outcomes);
    };
    const ended = (code: number) => {
      leave();
      reject(signal?.reason instanceof Error ? signal.reason : new Error(`the search's thread ended with code ${code}`));
    };
    const leave = () => {
      signal?.removeEventListener('abort', stop);
      worker.off('message', receive).off('error', reject).off('exit', ended);
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', receive).on('error', reject).on('exit', ended);
    worker.ref();
    const request: SearchRequest = { task: { ...task, x: shared(task.x) }, racing: keep !== undefined };
    worker.postMessage(request);
  });
}

/** In memory that the thread can read without a copy. */
function shared(x: Float32Array): Float32Array {
  if (x.buffer instanceof SharedArrayBuffer) return x;
  const copy = new Float32Array(new SharedArrayBuffer(x.byteLength));
  copy.set(x);
  return copy;
}
