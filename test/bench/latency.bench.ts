import { createHistogram } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

import { PredictionEvent, readRecords } from '../../src/index.js';
import { BareLanes } from './bare-lanes.js';
import type { Bench } from './bench.js';
import { model, pictures, ScoringJob } from './scoring-job.js';

/**
 * p99 at ten frames a second, from the writing of a frame to the reading of its committed prediction, against one bare decode and inference at the same
 * pace. `--images` folder, `--frames` a measurement, `--rate`, `--runs`, `--log` location.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const files = pictures(options['images']);
  const frames = Number(options['frames'] ?? 100);
  const interval = 1000 / Number(options['rate'] ?? 10);
  const bare = await BareLanes.start({ files, model, count: 1, batch: 1 });
  const job = await ScoringJob.open(options['log']);
  await job.start();
  const arrived = new Map<number, () => void>();
  const stop = new AbortController();
  const following = follow(job, stop.signal, (capturedAt) => arrived.get(capturedAt)?.());
  let next = 0;

  return {
    unit: 'ms p99',
    kind: 'time',
    runs: Number(options['runs'] ?? 5),
    reference: () => paced(frames, interval, () => bare.run(1)),
    ours: () =>
      paced(frames, interval, async () => {
        const capturedAt = Date.now() * 1000 + next; // one for each frame
        const predicted = new Promise<void>((resolve) => arrived.set(capturedAt, resolve));
        await job.write([files[next++ % files.length]!], { cameras: 1, capturedAt });
        await predicted;
        arrived.delete(capturedAt);
      }),
    async close() {
      stop.abort();
      await following;
      await job.close();
      await bare.close();
    },
  };
}

/** p99 in milliseconds of `work` begun every `interval` milliseconds. */
async function paced(times: number, interval: number, work: () => Promise<unknown>): Promise<number> {
  const histogram = createHistogram();
  const began = performance.now();
  const open: Promise<void>[] = [];
  for (let index = 0; index < times; index++) {
    await pause(Math.max(0, began + index * interval - performance.now()));
    const started = performance.now();
    open.push(work().then(() => histogram.record(Math.max(1, Math.round((performance.now() - started) * 1000)))));
  }
  await Promise.all(open);
  return histogram.percentile(99) / 1000;
}

async function follow(
  { runtime: { log, registry } }: ScoringJob,
  signal: AbortSignal,
  onPrediction: (capturedAt: number) => void,
): Promise<void> {
  const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry });
  for await (const { value } of readRecords(log, 'predictions', { follow: true, signal }))
    onPrediction((await serde.deserialize(value)).capturedAt);
}
