import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { searchHeads, type KeepRunners } from './head-search.js';
import type { SearchRequest } from './search-thread.js';

const port = parentPort!;
const keep: KeepRunners = async (gap, outcomes) => {
  port.postMessage({ type: 'round', gap, outcomes });
  const [stay] = (await once(port, 'message')) as [readonly number[]];
  return stay;
};
for (;;) {
  const [{ task, racing }] = (await once(port, 'message')) as [SearchRequest];
  port.postMessage({ type: 'done', outcomes: await searchHeads(task, racing ? keep : undefined) });
}
