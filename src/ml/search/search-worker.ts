import { parentPort, workerData } from 'node:worker_threads';
import { searchHeads, type HeadSearchTask } from './head-search.js';

parentPort!.postMessage(await searchHeads(workerData as HeadSearchTask));
