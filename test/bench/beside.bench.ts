import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openLog, systemClock } from '../../src/index.js';
import type { TrainingTask } from '../../src/loop/train-head.js';
import { trainHeadOffThread } from '../../src/loop/training-thread.js';
import { uniformAt } from '../../src/ml/random.js';
import type { Bench } from './bench.js';
import { HeadLoad } from './head-load.js';

/**
 * p99 of predictions while one grid search after another runs beside them in the training thread, with the one engine thread that `retrain` gives it, against
 * the same load alone. `--rows` of a search, `--batches` a measurement, `--interval` between them in milliseconds, `--runs`.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const rows = Number(options['rows'] ?? 1000);
  const batches = Number(options['batches'] ?? 400);
  const interval = Number(options['interval'] ?? 20);
  const folder = await mkdtemp(path.join(tmpdir(), 'headwater-bench-'));
  const log = await openLog(folder);
  const load = await HeadLoad.open(log, 1);
  const task = search(rows);
  const deadline = { deadlineMs: 600_000, clock: systemClock };
  let searches = 0;
  return {
    unit: 'ms p99',
    kind: 'time',
    runs: Number(options['runs'] ?? 5),
    reference: () => load.run(batches, interval),
    async ours() {
      const stop = new AbortController();
      const searching = (async () => {
        for (; !stop.signal.aborted; searches++) {
          const features = task.rows.features.slice(); // the thread takes the buffer
          await trainHeadOffThread({ ...task, rows: { ...task.rows, features } }, deadline);
        }
      })();
      const p99 = await load.run(batches, interval);
      stop.abort();
      await searching;
      return p99;
    },
    async close() {
      console.error(`${searches} searches of ${rows} rows`);
      await load.close();
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What `retrain` gives the thread, with its defaults: 1,280 features, a few of which tell the classes apart. */
function search(rows: number): TrainingTask {
  const width = 1280;
  const occupied = (row: number): number => Math.floor(row / 10) % 2;
  const features = Float32Array.from({ length: rows * width }, (_, at) => {
    return uniformAt(1, at) + (at % width < 8 ? occupied(Math.floor(at / width)) / 2 : 0);
  });
  const labels = Array.from({ length: rows }, (_, row) => (occupied(row) === 1 ? 'occupied' : 'clear'));
  const times = Float64Array.from({ length: rows }, (_, row) => row * 400);
  const options = { penalties: [10, 30, 100, 300, 1000], penalty: 100, folds: 3, gapMs: 1000, threads: 1, gate: {} };
  return { head: 'occupied', featurizer: 'bench', rows: { features, width, labels, times }, options };
}
