import { parentPort } from 'node:worker_threads';

import { fitHead } from '../ml/head/fit-head.js';
import type { FitAnswer, FitRequest } from './fit-thread.js';
import { reasonOf } from '../errors.js';

parentPort!.on('message', ({ id, features, labels, options }: FitRequest) => {
  let answer: FitAnswer;
  try {
    answer = { id, file: fitHead(features, labels, options).encode() };
  } catch (reason) {
    answer = { id, failed: reasonOf(reason) };
  }
  parentPort!.postMessage(answer);
});
