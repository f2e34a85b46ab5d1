import { isMainThread } from 'node:worker_threads';
import { startWorker } from '../../start-worker.js';
import { fitLogistic, type LinearClassifier, type LogisticFit } from '../solve/fit-logistic.js';

/** Numbers that one pass over the rows multiplies; below it a fit ends sooner than a thread starts. */
const FEW = 1_000_000;

/** `fitLogistic`, with the same bytes, in a thread of its own where it would hold up the event loop. */
export function fitOffLoop(fit: LogisticFit): Promise<LinearClassifier> {
  return new Promise((resolve, reject) => {
    if (!isMainThread || fit.x.length * fit.classes < FEW) {
      resolve(fitLogistic(fit));
      return;
    }
    const worker = startWorker(import.meta.url, 'fit-logistic-worker', { workerData: fit });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the fit's thread ended with code ${code}`)));
  });
}
