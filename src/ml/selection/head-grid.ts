import { describeParamMap, type ParamMap } from '../params.js';
import type { Estimator } from '../estimator.js';
import { LogisticRegression } from '../linear/logistic-regression.js';
import { isPipeline, PipelineModel } from '../pipeline.js';
import type { Stage } from '../stage.js';
import { isTransformer, type Transformer } from '../transformer.js';

/** Points that share everything before the head: featurized once, then solved as one program. */
export interface HeadGroup {
  /** What comes before the head. */
  readonly featurizer: Transformer;
  readonly points: readonly { readonly index: number; readonly head: LogisticRegression }[];
}

const searched: readonly string[] = ['regParam', 'elasticNetParam', 'standardization'];

/**
 * The grid as groups for the batched search: the estimator is a logistic regression, alone or at the end of a pipeline of transformers,
 * and the grid changes nothing else of it than its penalty. Undefined for any other grid.
 */
export function headGroups(estimator: Estimator, paramMaps: readonly ParamMap[]): HeadGroup[] | undefined {
  const stages: readonly Stage[] = isPipeline(estimator) ? estimator.stages : [estimator];
  const head = stages.at(-1);
  const before = stages.slice(0, -1).filter(isTransformer);
  if (!(head instanceof LogisticRegression) || before.length < stages.length - 1) return undefined;
  const groups = new Map<string, { featurizer: Transformer; points: { index: number; head: LogisticRegression }[] }>();
  for (const [index, paramMap] of paramMaps.entries()) {
    const own = paramMap.filter(({ stage }) => stage === head.uid);
    const point = head.copy(own);
    const { classWeight, fitIntercept } = point.params;
    if (own.some(({ name }) => !searched.includes(name)) || classWeight === 'balanced' || !fitIntercept) return undefined;
    const others = paramMap.filter(({ stage }) => stage !== head.uid);
    const key = describeParamMap(others);
    const group = groups.get(key) ?? { featurizer: new PipelineModel(before, estimator.uid).copy(others), points: [] };
    group.points.push({ index, head: point });
    groups.set(key, group);
  }
  return [...groups.values()];
}
