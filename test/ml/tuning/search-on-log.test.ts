import { expect, it } from 'vitest';
import { MemoryLog, readRecords } from '../../../src/index.js';
import { VectorColumn } from '../../../src/ml/dataset/column.js';
import { Dataset } from '../../../src/ml/dataset/dataset.js';
import { MulticlassClassificationEvaluator } from '../../../src/ml/evaluation/multiclass.js';
import { LogisticRegression } from '../../../src/ml/linear/logistic-regression.js';
import { evaluateGrid } from '../../../src/ml/selection/evaluate-grid.js';
import { randomFolds } from '../../../src/ml/selection/fold.js';
import type { GridTask } from '../../../src/ml/selection/grid-task.js';
import { ParamGridBuilder } from '../../../src/ml/selection/param-grid-builder.js';
import { searchOnLog } from '../../../src/ml/tuning/search-on-log.js';
import { serveTrials } from '../../../src/ml/tuning/serve-trials.js';
import { decodeResult, RESULTS_TOPIC, TRIALS_TOPIC, tuningTopics, type TrialResult } from '../../../src/ml/tuning/trials.js';
import { logisticTable } from '../logistic-table.js';

const { x, y } = logisticTable(60, 4, 3, 3);
const head = new LogisticRegression();
const task: GridTask = {
  dataset: Dataset.fromColumns({ features: new VectorColumn(x, 4), label: Float64Array.from(y) }),
  folds: randomFolds(60, 3, 1),
  estimator: head,
  paramMaps: [...new ParamGridBuilder().addGrid(head, 'regParam', [1, 0.1, 0.01, 0.001]).build(), [head.setting('regParam', -1)]],
  evaluators: { logLoss: new MulticlassClassificationEvaluator({ metricName: 'logLoss' }) },
  parallelism: 1,
  errorScore: NaN,
  onProgress: undefined,
};

async function resultsIn(log: MemoryLog): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  for await (const { value } of readRecords(log, RESULTS_TOPIC)) results.push(decodeResult(value)!);
  return results;
}

it('finds the table of one process with two workers, one of which leaves midway', async () => {
  const log = new MemoryLog();
  const stopped: unknown[] = [];
  const work = (worker: string) => serveTrials(log, 'night', task, { worker, onError: (reason) => stopped.push(reason) });
  const first = await work('first');
  let left: Promise<void> | undefined;
  let second: Awaited<ReturnType<typeof work>> | undefined;
  const onProgress = (done: number) => {
    if (done === 0) return;
    left ??= first.leave().then(async () => {
      second = await work('second');
    });
  };
  const results = await searchOnLog(log, 'night', { ...task, onProgress });
  await left;
  expect(results.points).toEqual((await evaluateGrid(task)).points);
  const done = await resultsIn(log);
  expect(new Set(done.map(({ point, fold }) => `${point}/${fold}`)).size).toBe(15);
  expect(done).toHaveLength(15);
  expect(stopped).toEqual([]);
  await second!.leave();
  await log.close();
});

it('passes over what is no trial', async () => {
  const log = new MemoryLog();
  await log.createTopics(tuningTopics(1));
  await log.append([
    { topic: TRIALS_TOPIC, key: null, value: Buffer.from('no trial') },
    { topic: TRIALS_TOPIC, key: null, value: null },
    { topic: RESULTS_TOPIC, key: null, value: Buffer.from('null') },
  ]);
  const stopped: unknown[] = [];
  const member = await serveTrials(log, 'shared', task, { worker: 'only', onError: (reason) => stopped.push(reason) });
  expect((await searchOnLog(log, 'shared', task)).points).toHaveLength(5);
  expect(stopped).toEqual([]);
  await member.leave();
  await log.close();
});

it('asks only for what is missing when it is called again', async () => {
  const log = new MemoryLog();
  const member = await serveTrials(log, 'again', task, { worker: 'only' });
  const once = await searchOnLog(log, 'again', task);
  await member.leave();
  expect((await searchOnLog(log, 'again', task)).points).toEqual(once.points);
  expect(await resultsIn(log)).toHaveLength(15);
  await log.close();
});
