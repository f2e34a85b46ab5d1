import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import type { FoldOutcome } from '../../src/ml/search/head-search.js';
import { searchInThread } from '../../src/ml/search/search-thread.js';
import { givenFolds } from '../../src/ml/selection/fold.js';
import type { Bench } from './bench.js';
import { PythonSide } from './python-side.js';
import { pictureMatrix, syntheticMatrix } from './search-matrix.js';
import { home } from './scoring-job.js';

const POINTS = 8;

/**
 * A grid of 8 penalties on 5 folds, as one program in a thread of its own (started anew each time) against scikit-learn's GridSearchCV,
 * or Spark ML's CrossValidator, on the same matrix to the same objective. `--data` pictures|synthetic, `--images` folder, `--against`
 * sklearn|spark, `--python` interpreter, `--runs`.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const images = options['images'] ?? path.join(process.env['HEADWATER_SHARED'] ?? path.join(home, '../shared'), 'data/traffic-lights');
  const matrix = options['data'] === 'synthetic' ? syntheticMatrix() : await pictureMatrix(images);
  const rows = matrix.y.length;
  const penalties = Array.from({ length: POINTS }, (_, i) => 10 ** (5 - (5 * i) / (POINTS - 1)) / (0.8 * rows));
  const { x, y, folds, width, classes } = matrix;
  const words = [y.length, width, classes, penalties.join(','), options['against'] ?? 'sklearn'];
  const reference = await PythonSide.start<Answer>(options['python'] ?? 'python3', 'search_reference.py', words, (folder) => {
    writeFileSync(path.join(folder, 'x.f32'), x);
    writeFileSync(path.join(folder, 'y.i32'), y);
    writeFileSync(path.join(folder, 'folds.i32'), folds);
  });

  const search = () =>
    searchInThread({
      ...matrix,
      weights: new Float64Array(rows).fill(1),
      folds: givenFolds(matrix.folds, 5),
      points: penalties.map((regParam) => ({ regParam, elasticNetParam: 0, standardization: false })),
      gap: 1e-6,
      threads: availableParallelism(),
    });
  check(await search(), await reference.ask('check'));
  await chooseJobs(reference);

  return {
    unit: 'ms a grid',
    kind: 'time',
    runs: Number(options['runs'] ?? 5),
    async ours() {
      const start = performance.now();
      await search();
      return performance.now() - start;
    },
    reference: async () => (await reference.ask('run')).ms!,
    close: () => reference.close(),
  };
}

interface Answer {
  readonly ms?: number;
  readonly objectives?: readonly number[];
}

/** Ours may be above theirs by a millionth at most, at every point. */
function check(ours: readonly (readonly FoldOutcome[])[], { objectives = [] }: Answer): void {
  const worst = Math.max(...objectives.map((theirs, point) => ours[point]![0]!.objective / theirs - 1));
  if (worst > 1e-6) throw new Error(`our objective is ${worst.toExponential(1)} above theirs`);
  if (objectives.length > 0) console.error(`objective: at most ${worst.toExponential(1)} above theirs at tol 1e-8`);
}

/** The better of one process and one a core. */
async function chooseJobs(reference: PythonSide<Answer>): Promise<void> {
  const all = availableParallelism();
  const one = (await reference.ask('run')).ms!;
  await reference.ask(`jobs ${all}`);
  const many = (await reference.ask('run')).ms!;
  if (one < many) await reference.ask('jobs 1');
  console.error(`reference: ${one.toFixed(0)} ms with 1 job, ${many.toFixed(0)} ms with ${all}`);
}
