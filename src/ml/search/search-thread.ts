import { startWorker } from '../../start-worker.js';
import type { FoldOutcome, HeadSearchTask } from './head-search.js';

/** Runs a search off the event loop; an abort of `signal` ends it at once. */
export function searchInThread(task: HeadSearchTask, signal?: AbortSignal): Promise<FoldOutcome[][]> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(import.meta.url, 'search-worker', { workerData: { ...task, x: shared(task.x) } });
    const stop = () => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
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
