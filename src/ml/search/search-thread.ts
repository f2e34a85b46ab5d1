import { startWorker } from '../../start-worker.js';
import type { FoldOutcome, HeadSearchTask, KeepRunners } from './head-search.js';

/** What the thread is started with. */
export interface SearchRequest {
  readonly task: HeadSearchTask;
  readonly racing: boolean;
}

type FromSearch =
  | { readonly type: 'round'; readonly gap: number; readonly outcomes: ReadonlyMap<number, readonly FoldOutcome[]> }
  | { readonly type: 'done'; readonly outcomes: FoldOutcome[][] };

export interface SearchThreadOptions {
  /** Makes the search a race: called on this thread, between two levels. */
  readonly keep?: KeepRunners;
  readonly signal?: AbortSignal;
}

/** Runs a search off the event loop; an abort of `signal` ends it at once. */
export function searchInThread(task: HeadSearchTask, { keep, signal }: SearchThreadOptions = {}): Promise<FoldOutcome[][]> {
  return new Promise((resolve, reject) => {
    const request: SearchRequest = { task: { ...task, x: shared(task.x) }, racing: keep !== undefined };
    const worker = startWorker(import.meta.url, 'search-worker', { workerData: request });
    const stop = () => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: FromSearch) => {
      if (message.type === 'done') resolve(message.outcomes);
      else {
        const answer = keep!(message.gap, message.outcomes).then((stay) => worker.postMessage(stay));
        answer.catch((thrown: unknown) => {
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
          stop();
        });
      }
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(signal?.reason instanceof Error ? signal.reason : new Error(`the search's thread ended with code ${code}`));
    });
  });
}

/** In memory that the thread can read without a copy. */
function shared(x: Float32Array): Float32Array {
  if (x.buffer instanceof SharedArrayBuffer) return x;
  const copy = new Float32Array(new SharedArrayBuffer(x.byteLength));
  copy.set(x);
  return copy;
}
