import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

import { reasonOf } from '../errors.js';
import { trainHead } from './train-head.js';
import type { TrainingAnswer, TrainingRequest } from './training-thread.js';

// A search gives way to predictions. On Linux alone a thread has a priority of its own; elsewhere this would be the whole process's.
if (process.platform === 'linux') setPriority(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));

parentPort!.on('message', ({ id, task }: TrainingRequest) => {
  trainHead(task).then(
    (training) => parentPort!.postMessage({ id, training } satisfies TrainingAnswer),
    (reason: unknown) => parentPort!.postMessage({ id, failed: reasonOf(reason) } satisfies TrainingAnswer),
  );
});
