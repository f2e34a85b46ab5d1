import { availableParallelism } from 'node:os';

import { BareLanes } from './bare-lanes.js';
import type { Bench } from './bench.js';
import { model, pictures, ScoringJob } from './scoring-job.js';

/**
 * Frames a second end to end (log, decode, featurize, head, log, exactly once) of topologies/score.ts, against the best bare threads: decode, resize and
 * inference of the same pictures from memory. `--images` folder, `--frames` a measurement, `--runs`, `--log` location, `--batch` of the bare side. `--measure cpu`:
 * CPU time a frame of all threads of the process instead, which says more where other work has the cores.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const files = pictures(options['images']);
  const frames = Number(options['frames'] ?? 1200);
  const bare = await BareLanes.start({ files, model, count: availableParallelism(), batch: Number(options['batch'] ?? 1) });
  const job = await ScoringJob.open(options['log']);
  const load = Array.from({ length: frames }, (_, index) => files[index % files.length]!);
  const cpu = options['measure'] === 'cpu';
  const measured = async (work: () => Promise<unknown>): Promise<number> => {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(before);
    return cpu ? (user + system) / 1000 / frames : (frames / (performance.now() - started)) * 1000;
  };
  return {
    unit: cpu ? 'CPU ms a frame' : 'frames/s',
    kind: cpu ? 'time' : 'rate',
    runs: Number(options['runs'] ?? 5),
    reference: () => measured(() => bare.run(frames)),
    async ours() {
      await job.write(load);
      const result = await measured(async () => {
        await job.start();
        await job.settle();
      });
      await job.stop();
      return result;
    },
    async close() {
      await job.close();
      await bare.close();
    },
  };
}
