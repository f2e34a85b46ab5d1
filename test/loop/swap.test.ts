import { expect, it } from 'vitest';

import { MemoryLog } from 'headwater';

import { HeadLoad } from '../bench/head-load.js';

it('predicts everything once while the champion is swapped, each batch by one version', async () => {
  const log = new MemoryLog();
  const load = await HeadLoad.open(log, 4);
  const predicted = load.run(150, 4); // it throws where a prediction is lost, repeated or mixed
  const stop = new AbortController();
  const swapping = (async () => {
    while (!stop.signal.aborted) await load.swap();
  })();
  expect(await predicted).toBeGreaterThan(0);
  stop.abort();
  await swapping;
  expect(load.swaps).toBeGreaterThan(30);
  await load.close();
  await log.close();
});
