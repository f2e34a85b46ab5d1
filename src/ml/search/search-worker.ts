import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { searchHeads, type KeepRunners } from './head-search.js';
import type { SearchRequest } from './search-thread.js';

const port = parentPort!;
const { task, racing } = workerData as SearchRequest;
const keep: KeepRunners = async (gap, outcomes) => {
  port.postMessage({ type: 'round', gap, outcomes });
  const [stay] = (await once(port, 'message')) as [readonly number[]];
  return stay;
};
const outcomes = await searchHeads(task, racing ? keep : undefined);
port.postMessage({ type: 'done', outcomes });
port.close();
