import { Worker } from 'node:worker_threads';
import type { FoldOutcome, HeadSearchTask } from './head-search.js';

/** Runs a search off the event loop; an abort of `signal` ends it at once. */
export function searchInThread(task: HeadSearchTask, signal?: AbortSignal): Promise<FoldOutcome[][]> {
  return new Promise((resolve, reject) => {
    const worker = startWorker({ ...task, x: shared(task.x) });
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

/** From the sources (tests, tsx) the thread needs the TypeScript loader, which Node 20 takes no other way. */
function startWorker(workerData: HeadSearchTask): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./search-worker.js', import.meta.url), { workerData });
  const entry = JSON.stringify(new URL('./search-worker.ts', import.meta.url).href);
  return new Worker(`import('tsx/esm/api').then(({ register }) => (register(), import(${entry})))`, { eval: true, workerData });
}
