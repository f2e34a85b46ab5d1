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
/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

for (;;) {
  const [{ task, racing }] = (await once(port, 'message')) as [SearchRequest];
  let fits = 0;
  let reported = performance.now();
  const ended = (more: number) => {
    fits += more;
    if (performance.now() - reported < REPORT_EVERY) return;
    reported = performance.now();
    port.postMessage({ type: 'progress', fits });
  };
  port.postMessage({ type: 'done', outcomes: await searchHeads(task, { ended, ...(racing && { keep }) }) });
}
