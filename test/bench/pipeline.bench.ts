import { availableParallelism } from 'node:os';

import { BareLanes } from './bare-lanes.js';
import type { Bench } from './bench.js';
import { model, pictures, ScoringJob } from './scoring-job.js';

/**
 * Frames a second end to end (log, decode, featurize, head, log, exactly once) of topologies/score.ts, against the best bare threads: decode, resize and
 * inference of the same pictures from memory. `--images` folder, `--frames` a measurement, `--runs`, `--log` location, `--batch` of the bare side.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const files = pictures(options['images']);
  const frames = Number(options['frames'] ?? 1200);
  const bare = await BareLanes.start({ files, model, count: availableParallelism(), batch: Number(options['batch'] ?? 1) });
  const job = await ScoringJob.open(options['log']);
  const load = Array.from({ length: frames }, (_, index) => files[index % files.length]!);
  return {
    unit: 'frames/s',
    kind: 'rate',
    runs: Number(options['runs'] ?? 5),
    reference: () => bare.run(frames),
    async ours() {
      await job.write(load);
      const started = performance.now();
      await job.start();
      await job.settle();
      const seconds = (performance.now() - started) / 1000;
      await job.stop();
      return frames / seconds;
    },
    async close() {
      await job.close();
      await bare.close();
    },
  };
}
