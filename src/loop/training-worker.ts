import { parentPort } from 'node:worker_threads';

import { reasonOf } from '../errors.js';
import { trainHead } from './train-head.js';
import type { TrainingAnswer, TrainingRequest } from './training-thread.js';

parentPort!.on('message', ({ id, task }: TrainingRequest) => {
  trainHead(task).then(
    (training) => parentPort!.postMessage({ id, training } satisfies TrainingAnswer),
    (reason: unknown) => parentPort!.postMessage({ id, failed: reasonOf(reason) } satisfies TrainingAnswer),
  );
});
