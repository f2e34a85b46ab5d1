import type { Dataset } from '../dataset/dataset.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { foldPlanParams, planFolds, type FoldPlan } from './fold-plan.js';
import { ModelSelector, restoredParts, subModelParams, type SelectorParts, type SubModelParams } from './model-selector.js';
import type { SearchResults } from './search-results.js';

export type CrossValidatorParams = SubModelParams & FoldPlan;

const spec: StageSpec<CrossValidatorParams> = { type: 'CrossValidator', params: { ...foldPlanParams, ...subModelParams } };

/**
 * K-fold search over a grid, as Spark ML's `CrossValidator`, with scikit-learn's table of results. Rows are dealt at random, by
 * `foldCol`, `stratifyCol`, `groupCol` (no camera in two folds), these two together, or forward in time by `timeCol` with a `gap`.
 */
export class CrossValidator extends ModelSelector<CrossValidatorParams> {
  constructor(
    { estimator, estimatorParamMaps, evaluator, metrics, refit, onProgress, ...options }: SelectorParts & Partial<CrossValidatorParams>,
    uid?: string,
  ) {
    const parts = {
      estimator,
      estimatorParamMaps,
      evaluator,
      ...(metrics && { metrics }),
      ...(refit && { refit }),
      ...(onProgress && { onProgress }),
    };
    super(spec, parts, options, uid);
  }

  override async search(dataset: Dataset): Promise<SearchResults> {
    this.validate();
    const data = dataset.cache();
    return this.score(data, await planFolds(data, this.params));
  }
}

registerStage(spec.type, (snapshot) => new CrossValidator({ ...restoredParts(snapshot), ...snapshot.options }, snapshot.uid));
