import type { Dataset } from '../dataset/dataset.js';
import { between } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { singleSplit } from './fold.js';
import { ModelSelector, restoredParts, subModelParams, type SelectorParts, type SubModelParams } from './model-selector.js';
import type { SearchResults } from './search-results.js';

export interface TrainValidationSplitParams extends SubModelParams {
  trainRatio: number;
  seed: number;
}

const spec: StageSpec<TrainValidationSplitParams> = {
  type: 'TrainValidationSplit',
  params: {
    ...subModelParams,
    trainRatio: { doc: 'share of the rows to learn from', check: between(0, 1), default: 0.75 },
    seed: sharedParams.seed,
  },
};

/** Search over a grid with one split of the rows, as Spark ML's. */
export class TrainValidationSplit extends ModelSelector<TrainValidationSplitParams> {
  constructor(
    {
      estimator,
      estimatorParamMaps,
      evaluator,
      metrics,
      refit,
      onProgress,
      ...options
    }: SelectorParts & Partial<TrainValidationSplitParams>,
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
    return this.score(data, singleSplit(await data.count(), this.params.trainRatio, this.params.seed));
  }
}

registerStage(spec.type, (snapshot) => new TrainValidationSplit({ ...restoredParts(snapshot), ...snapshot.options }, snapshot.uid));
