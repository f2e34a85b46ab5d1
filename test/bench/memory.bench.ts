import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { ImageEvent, json, openLog, Runtime, scanState, topicWriter, topology } from '../../src/index.js';
import type { Bench } from './bench.js';
import { pictures } from './scoring-job.js';

const number = json<number>();

const counting = topology('counting', ({ source, step, sink }) => {
  const frames = step('frames', source('camera-frames', ImageEvent));
  sink('copies', ImageEvent, frames);
  sink('counts', number, frames.pipe(scanState({ name: 'count', seed: () => 0 }, (count) => count + 1)));
});

/**
 * Resident memory after 100,000 frames have flowed through a topology with state on the embedded log (exactly once, retention 64 MiB a partition), against
 * what it was after the first 10,000: flat is a ratio of 1. `--records` a measurement.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const records = Number(options['records'] ?? 100_000);
  const folder = await mkdtemp(path.join(tmpdir(), 'headwater-bench-'));
  const log = await openLog(folder);
  const runtime = await Runtime.open({ log });
  const topics = ['camera-frames', 'copies', 'counts'].map((name) => ({ name, partitions: 2, retentionBytes: 64 << 20 }));
  await log.createTopics(topics);
  const app = await runtime.run(counting);
  const write = topicWriter({ log, registry: runtime.registry, topic: 'camera-frames', format: ImageEvent });
  const files = pictures();
  const about = { encoding: 'image/jpeg', width: 512, height: 384, uri: null, sha256: null, attributes: {} };

  const flow = async (count: number): Promise<number> => {
    const until = app.metrics.recordsIn + count;
    for (let at = 0; at < count; at += 50) {
      const batch = Array.from({ length: Math.min(50, count - at) }, (_, index) => {
        const camera = `camera-${index % 8}`;
        return { key: camera, value: { camera, capturedAt: Date.now(), bytes: files[(at + index) % files.length]!, ...about } };
      });
      await write(batch);
      while (until - count + at - app.metrics.recordsIn > 500) await pause(2);
    }
    while (app.metrics.recordsIn < until) await pause(2);
    return process.memoryUsage.rss() / 2 ** 20;
  };
  return {
    unit: 'MiB resident',
    kind: 'time',
    runs: 1,
    reference: () => flow(records / 10),
    ours: () => flow(records),
    async close() {
      await app.stop();
      await runtime.close();
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
