import type { Dataset } from '../dataset/dataset.js';
import type { Estimator } from '../estimator.js';
import { LogisticRegression } from '../linear/logistic-regression.js';
import type { ParamMap } from '../params.js';
import { isPipeline, Pipeline } from '../pipeline.js';
import type { Stage } from '../stage.js';
import { sameStages, splitEstimator, type SplitEstimator } from './shared-stages.js';

/** Points whose heads see the same features: solved as one program. */
export interface HeadGroup {
  /** Rows with the heads' features. */
  readonly data: Dataset;
  readonly foldsOf: SplitEstimator['foldsOf'];
  /** What each fold learns before the head, such as the labels' indices; it leaves the features alone. */
  readonly before: Pipeline;
  readonly points: readonly { readonly index: number; readonly head: LogisticRegression }[];
}

const searched: readonly string[] = ['regParam', 'elasticNetParam', 'standardization'];

/**
 * The grid as groups for the batched search: the estimator is a logistic regression, alone or at the end of a pipeline that learns
 * nothing of the features, and the grid changes nothing else of it than its penalty. Undefined for any other grid, and for one with a wrong
 * parameter.
 */
export function headGroups(estimator: Estimator, paramMaps: readonly ParamMap[], dataset: Dataset): HeadGroup[] | undefined {
  const groups: (HeadGroup & { points: { index: number; head: LogisticRegression }[] })[] = [];
  for (const [index, paramMap] of paramMaps.entries()) {
    const point = estimator.copy(paramMap);
    if (!isValid(point)) return undefined;
    const { data, rest, foldsOf } = splitEstimator(point, dataset);
    const stages = isPipeline(rest) ? rest.stages : [rest];
    const head = stages.at(-1);
    if (!(head instanceof LogisticRegression) || !data.columns.includes(head.params.featuresCol)) return undefined;
    if (head.params.classWeight === 'balanced' || !head.params.fitIntercept) return undefined;
    if (paramMap.some(({ stage, name }) => stage === head.uid && !searched.includes(name))) return undefined;
    const before = new Pipeline(stages.slice(0, -1), rest.uid);
    const group = groups.find((known) => known.data === data && sameStages(known.before.stages, before.stages));
    if (group === undefined) groups.push({ data, foldsOf, before, points: [{ index, head }] });
    else group.points.push({ index, head });
  }
  return groups;
}

function isValid(stage: Stage): boolean {
  try {
    stage.validate();
    return true;
  } catch {
    return false;
  }
}
