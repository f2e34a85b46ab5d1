import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { LogisticRegression, MulticlassClassificationEvaluator, ParamGridBuilder, type SearchResults } from '../../src/index.js';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import type { FoldOutcome } from '../../src/ml/search/head-search.js';
import { searchInThread } from '../../src/ml/search/search-thread.js';
import { evaluateGrid } from '../../src/ml/selection/evaluate-grid.js';
import { givenFolds } from '../../src/ml/selection/fold.js';
import type { Bench } from './bench.js';
import { PythonSide } from './python-side.js';
import { pictureMatrix, syntheticMatrix } from './search-matrix.js';
import { home } from './scoring-job.js';

const POINTS = 8;

/**
 * A grid of 8 penalties on 5 folds, judged by accuracy: as one program in a thread that is kept, as joblib keeps its processes, against scikit-learn's
 * GridSearchCV, or Spark ML's CrossValidator, on the same matrix. Before the clock starts both sides are held to the same objective at every
 * point and fold, and to the same winner. `--racing` drops points that cannot win; `--with-spark`; `--data` pictures|synthetic, `--images`
 * folder, `--python` interpreter, `--runs`. CPU seconds go to stderr: on a busy machine they say more than the clock.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const images = options['images'] ?? path.join(process.env['HEADWATER_SHARED'] ?? path.join(home, '../shared'), 'data/traffic-lights');
  const matrix = options['data'] === 'synthetic' ? syntheticMatrix() : await pictureMatrix(images);
  const rows = matrix.y.length;
  const spark = 'with-spark' in options;
  const penalties = Array.from({ length: POINTS }, (_, i) => 10 ** (5 - (5 * i) / (POINTS - 1)) / (0.8 * rows));
  const { x, y, width, classes } = matrix;
  const words = [y.length, width, classes, penalties.join(','), spark ? 'spark' : 'sklearn'];
  const reference = await PythonSide.start<Answer>(options['python'] ?? 'python3', 'search_reference.py', words, (folder) => {
    writeFileSync(path.join(folder, 'x.f32'), x);
    writeFileSync(path.join(folder, 'y.i32'), y);
    writeFileSync(path.join(folder, 'folds.i32'), matrix.folds);
  });

  const folds = givenFolds(matrix.folds, 5);

  const outcomes = await searchInThread({
    ...matrix,
    weights: new Float64Array(rows).fill(1),
    folds,
    points: penalties.map((regParam) => ({ regParam, elasticNetParam: 0, standardization: false })),
    gap: 1e-6,
    threads: availableParallelism(),
  });
  checkObjectives(outcomes, await reference.ask('check'));
  // Spark takes minutes a grid: it gets all cores without a trial.
  if (spark) await reference.ask(`jobs ${availableParallelism()}`);
  else await chooseJobs(reference);

  const estimator = new LogisticRegression({ standardization: false });
  const paramMaps = new ParamGridBuilder().addGrid(estimator, 'regParam', penalties).build();
  const search = () =>
    evaluateGrid({
      dataset: Dataset.fromColumns({ features: new VectorColumn(matrix.x, matrix.width), label: Float64Array.from(matrix.y) }),
      folds,
      estimator,
      paramMaps,
      evaluators: { accuracy: new MulticlassClassificationEvaluator({ metricName: 'accuracy' }) },
      parallelism: 1,
      errorScore: 'raise',
      racing: 'racing' in options,
      onProgress: undefined,
    });
  checkWinner(await search(), await reference.ask('run'), !spark);

  return {
    unit: 'ms a grid',
    kind: 'time',
    runs: Number(options['runs'] ?? (spark ? 1 : 5)),
    async ours() {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await search();
      const { user, system } = process.cpuUsage(before);
      console.error(`cpu: ours ${((user + system) / 1e6).toFixed(2)} s`);
      return performance.now() - start;
    },
    async reference() {
      const { ms, cpu } = await reference.ask('run');
      if (cpu !== undefined) console.error(`cpu: reference ${cpu.toFixed(2)} s`);
      return ms!;
    },
    close: () => reference.close(),
  };
}

interface Answer {
  readonly ms?: number;
  /** CPU seconds, where one process did all. */
  readonly cpu?: number;
  readonly scores?: readonly number[];
  /** By point and fold. */
  readonly objectives?: readonly (readonly number[])[];
}

/** The point that a full search by the reference finds; Spark stops short of the optimum, so that its winner may be another. */
function checkWinner(ours: SearchResults, { scores = [] }: Answer, exact: boolean): void {
  const best = scores.indexOf(Math.max(...scores));
  const dropped = ours.points.filter(({ note }) => note !== undefined).length;
  console.error(`winner: ours ${ours.best()} (${ours.mean(ours.best())}), theirs ${best} (${scores[best]}); ${dropped} points dropped`);
  if (exact && ours.best() !== best) throw new Error('the winners differ');
}

/** Ours may be above theirs by a millionth at most, at every point of every fold. */
function checkObjectives(ours: readonly (readonly FoldOutcome[])[], { objectives = [] }: Answer): void {
  const worst = Math.max(...objectives.flatMap((folds, point) => folds.map((theirs, fold) => ours[point]![fold]!.objective / theirs - 1)));
  if (worst > 1e-6) throw new Error(`our objective is ${worst.toExponential(1)} above theirs`);
  if (objectives.length > 0) console.error(`objective: at most ${worst.toExponential(1)} above theirs at tol 1e-8`);
}

/** The better of one process and one a core, once these have started. */
async function chooseJobs(reference: PythonSide<Answer>): Promise<void> {
  const all = availableParallelism();
  const one = (await reference.ask('run')).ms!;
  await reference.ask(`jobs ${all}`);
  await reference.ask('run');
  const many = (await reference.ask('run')).ms!;
  if (one < many) await reference.ask('jobs 1');
  console.error(`reference: ${one.toFixed(0)} ms with 1 job, ${many.toFixed(0)} ms with ${all}`);
}
