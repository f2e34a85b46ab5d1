import { isError, reasonOf } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Evaluator } from '../evaluation/evaluator.js';
import type { FoldScore, GridTask } from './grid-task.js';
import { splitEstimator } from './shared-stages.js';

/** Fits and judges point after point, `parallelism` at a time: works for every estimator. */
export async function fitEach({
  dataset,
  folds,
  estimator,
  paramMaps,
  evaluators,
  parallelism,
  errorScore,
  onModel,
  onProgress,
}: GridTask): Promise<FoldScore[]> {
  const jobs = folds.flatMap((_, fold) => paramMaps.map((paramMap, point) => ({ fold, paramMap, point })));
  const scores: FoldScore[] = [];
  let next = 0;
  const work = async () => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) {
      const { fold, paramMap, point } = job;
      try {
        const { data, rest, foldsOf } = splitEstimator(estimator.copy(paramMap), dataset);
        const [rows] = await foldsOf([folds[fold]!]);
        const model = await rest.fit(data.rowsAt(rows!.train).cache());
        onModel?.(point, fold, model);
        scores.push({ point, fold, metrics: await judge(model.transform(data.rowsAt(rows!.test)).cache(), evaluators) });
      } catch (thrown) {
        // A column that is not there is missing for every point.
        if (errorScore === 'raise' || isError(thrown, 'HW_COLUMN_MISSING')) throw thrown;
        const metrics = Object.fromEntries(Object.keys(evaluators).map((name) => [name, errorScore]));
        scores.push({ point, fold, metrics, failure: reasonOf(thrown) });
      }
      onProgress?.(scores.length, jobs.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelism, jobs.length) }, work));
  return scores;
}

/** All metrics of predictions. */
export async function judge(predictions: Dataset, evaluators: Readonly<Record<string, Evaluator>>): Promise<Record<string, number>> {
  const metrics: Record<string, number> = {};
  for (const [name, evaluator] of Object.entries(evaluators)) metrics[name] = await evaluator.evaluate(predictions);
  return metrics;
}
