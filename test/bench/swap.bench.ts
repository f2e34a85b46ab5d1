import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { openLog } from '../../src/index.js';
import type { Bench } from './bench.js';
import { HeadLoad } from './head-load.js';

/** Growth of the heap, in MiB, up to which memory counts as flat. */
const flat = 8;

/**
 * p99 of predictions, from the writing of a feature vector to the reading of its committed prediction, while the champion is swapped all the time, against
 * the same load without swaps: 1,000 swaps in five measurements. Fails where a prediction is lost, repeated or mixed, or where the heap grows from the first
 * measurement to the last. `--swaps` a measurement, `--interval` of batches in milliseconds, two a swap, `--runs`.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const swaps = Number(options['swaps'] ?? 200);
  const interval = Number(options['interval'] ?? 20);
  const folder = await mkdtemp(path.join(tmpdir(), 'headwater-bench-'));
  const log = await openLog(folder);
  const load = await HeadLoad.open(log);
  const heaps: number[] = [];
  return {
    unit: 'ms p99',
    kind: 'time',
    runs: Number(options['runs'] ?? 5),
    reference: () => load.run(2 * swaps, interval),
    async ours() {
      const until = load.swaps + swaps;
      const swapping = (async () => {
        while (load.swaps < until) {
          await load.swap();
          await pause(interval);
        }
      })();
      const p99 = await load.run(2 * swaps, interval);
      await swapping;
      heaps.push(heapMiB());
      return p99;
    },
    async close() {
      const [first, last] = [heaps[0]!, heaps.at(-1)!];
      console.error(`${load.swaps} swaps; heap ${first.toFixed(1)} MiB after the first ${swaps}, ${last.toFixed(1)} MiB after the last`);
      await load.close();
      await log.close();
      await rm(folder, { recursive: true, force: true });
      if (last - first > flat) throw new Error(`the heap grew by ${(last - first).toFixed(1)} MiB`);
    },
  };
}

/** What is reachable, in MiB. */
function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
