import { setTimeout as pause } from 'node:timers/promises';

import { BareLanes } from './bare-lanes.js';
import type { Bench } from './bench.js';
import { model, pictures, ScoringJob } from './scoring-job.js';

/**
 * CPU time a frame costs at one frame a second, all threads of the process, against one bare decode and inference at the same pace: engines that spin
 * show here. `--frames` a measurement, `--runs`, `--log` location.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const files = pictures();
  const frames = Number(options['frames'] ?? 10);
  const bare = await BareLanes.start({ files, model, count: 1, batch: 1 });
  const job = await ScoringJob.open(options['log']);
  let next = 0;
  return {
    unit: 'CPU ms a frame',
    kind: 'time',
    runs: Number(options['runs'] ?? 3),
    reference: () => cpuEach(frames, () => bare.run(1)),
    async ours() {
      await job.start();
      await job.settle();
      const spent = await cpuEach(frames, () => job.write([files[next++ % files.length]!], { cameras: 1 }));
      await job.stop();
      return spent;
    },
    async close() {
      await job.close();
      await bare.close();
    },
  };
}

/** Milliseconds of CPU for each of `times` calls, one a second. */
async function cpuEach(times: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) {
    await work();
    await pause(1000);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}
