import type { Dataset } from './dataset/dataset.js';
import type { ParamMap } from './params.js';
import { Stage } from './stage.js';
import type { Transformer } from './transformer.js';

/** A stage that learns a transformer from a data set. */
export abstract class Estimator<P extends object = object, M extends Transformer = Transformer> extends Stage<P> {
  /** Validates the parameters, then learns; throws HW_PARAM_* and HW_COLUMN_MISSING before any work. */
  abstract fit(dataset: Dataset): Promise<M>;

  /** One model a parameter map, in any order, each with the index of its map; estimators that can share work do. */
  async *fitMultiple(dataset: Dataset, paramMaps: readonly ParamMap[]): AsyncGenerator<readonly [index: number, model: M]> {
    for (const [index, paramMap] of paramMaps.entries()) yield [index, await this.copy(paramMap).fit(dataset)];
  }
}

export function isEstimator(stage: Stage | undefined): stage is Estimator {
  return stage instanceof Estimator;
}
