import { writeFileSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import path from 'node:path';

import type { HeadVersion } from '../../src/index.js';
import { permutation } from '../../src/ml/random.js';
import type { Bench } from './bench.js';
import { PythonSide } from './python-side.js';
import { RetrainLoop } from './retrain-loop.js';
import { home } from './scoring-job.js';
import { pictureMatrix, syntheticMatrix, type SearchMatrix } from './search-matrix.js';

const LABELS = 1000;
const PENALTIES = [10, 30, 100, 300, 1000];
const FOLDS = 3;

interface Answer {
  readonly ms: number;
  readonly accuracy: number;
  readonly penalty: number;
}

/**
 * Seconds from label 1,000 arriving to the new head predicting: exactly-once, through join, search, gate against the champion of label 500, refit,
 * registry and swap, in one thread that gives way to predictions, against a Python script that runs scikit-learn's GridSearchCV on the same features and grid, pickles, reloads and predicts.
 * `--data` pictures|synthetic, `--images` folder, `--python` interpreter, `--runs`.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const images = options['images'] ?? path.join(process.env['HEADWATER_SHARED'] ?? path.join(home, '../shared'), 'data/traffic-lights');
  const { x, y, width } = shuffled(options['data'] === 'synthetic' ? syntheticMatrix(1400, 1280, 3) : await pictureMatrix(images));
  const words = [LABELS, width, PENALTIES.join(','), FOLDS];
  const reference = await PythonSide.start<Answer>(options['python'] ?? 'python3', 'retrain_reference.py', words, (folder) => {
    writeFileSync(path.join(folder, 'x.f32'), x);
    writeFileSync(path.join(folder, 'y.i32'), y);
  });
  // Our training gives way to predictions there; beside other work the other side has to do so as well.
  if (process.platform === 'linux') reference.setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const labels = Array.from(y, (label) => `class-${label}`);
  const loop = await RetrainLoop.open({ x, width, labels }, LABELS, PENALTIES, FOLDS);

  const accuracyOf = (head: HeadVersion): number => {
    const rows = y.length - LABELS;
    let right = 0;
    for (let row = LABELS; row < y.length; row++) {
      const answer = head.predict(x.slice(row * width, (row + 1) * width));
      if (head.labels[answer.indexOf(Math.max(...answer))] === labels[row]) right += 1;
    }
    return right / rows;
  };
  const ours = accuracyOf((await loop.measure(LABELS)).head);
  const one = await reference.ask('run');
  console.error(`accuracy on ${y.length - LABELS} other rows: ours ${ours.toFixed(4)}, reference ${one.accuracy.toFixed(4)}`);
  if (ours < one.accuracy - 0.02) throw new Error('our head is worse than the reference');
  await chooseJobs(reference);

  return {
    unit: 's from the label to the new head predicting',
    kind: 'time',
    runs: Number(options['runs'] ?? 7),
    ours: async () => (await loop.measure(LABELS)).ms / 1000,
    reference: async () => (await reference.ask('run')).ms / 1000,
    async close() {
      await loop.close();
      await reference.close();
    },
  };
}

/** The better of one process and one a core, each warm. */
async function chooseJobs(reference: PythonSide<Answer>): Promise<void> {
  const all = availableParallelism();
  const { ms: one } = await reference.ask('run');
  await reference.ask(`jobs ${all}`);
  await reference.ask('run');
  const { ms: many } = await reference.ask('run');
  if (one < many) await reference.ask('jobs 1');
  console.error(`reference: ${one.toFixed(0)} ms with 1 job, ${many.toFixed(0)} ms with ${all}`);
}

/** Rows in a random order, so that every stretch of time shows every class. */
function shuffled({ x, y, width }: SearchMatrix): Pick<SearchMatrix, 'x' | 'y' | 'width'> {
  const order = permutation(y.length, 1);
  const rows = new Float32Array(x.length);
  order.forEach((row, place) => rows.set(x.subarray(row * width, (row + 1) * width), place * width));
  return { x: rows, y: Int32Array.from(order, (row) => y[row]!), width };
}
