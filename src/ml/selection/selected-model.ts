import type { Batch } from '../dataset/batch.js';
import type { ParamMap } from '../params.js';
import { registerStage } from '../stage-files.js';
import type { Snapshot, Stage, StageSpec } from '../stage.js';
import { isTransformer, Model, type Transformer } from '../transformer.js';
import { SearchResults, type PointResult } from './search-results.js';

const spec: StageSpec<object> = { type: 'SelectedModel', params: {} };

/** The winner of a search, fitted on all rows, with the search's table: Spark ML's `CrossValidatorModel` and `TrainValidationSplitModel`. */
export class SelectedModel extends Model {
  constructor(
    readonly bestModel: Transformer,
    readonly results: SearchResults,
    /** The chosen point of the grid. */
    readonly bestIndex: number,
    readonly parent: string,
    uid?: string,
  ) {
    super(spec, {}, uid);
  }

  /** The deciding metric of each point, averaged over the folds. */
  get avgMetrics(): number[] {
    return this.results.points.map(({ index }) => this.results.mean(index));
  }

  /** Its deviation over the folds (the population's, as scikit-learn's; Spark divides by one fold less). */
  get stdMetrics(): number[] {
    return this.results.points.map(({ index }) => this.results.deviation(index));
  }

  /** The model of each fold and point, with `collectSubModels`; not saved. */
  get subModels(): SearchResults['subModels'] {
    return this.results.subModels;
  }

  get bestParams(): ParamMap {
    return this.results.points[this.bestIndex]!.params;
  }

  override children(): readonly Stage[] {
    return [this.bestModel];
  }

  protected override copiedChildren(extra: ParamMap): object {
    return { bestModel: this.bestModel.copy(extra) };
  }

  override inputCols(): readonly string[] {
    return this.bestModel.inputCols();
  }

  override outputCols(): readonly string[] {
    return this.bestModel.outputCols();
  }

  override compute(batch: Batch): ReturnType<Transformer['compute']> {
    return this.bestModel.compute(batch);
  }

  override snapshot(): Snapshot {
    const { points, metric, largerIsBetter } = this.results;
    return { ...super.snapshot(), values: { points, metric, largerIsBetter, bestIndex: this.bestIndex, parent: this.parent } };
  }
}

registerStage(spec.type, ({ uid, values, stages = [] }) => {
  const { points, metric, largerIsBetter, bestIndex, parent } = values as {
    points: PointResult[];
    metric: string;
    largerIsBetter: boolean;
    bestIndex: number;
    parent: string;
  };
  const [best] = stages.filter(isTransformer);
  return new SelectedModel(best!, new SearchResults(points, metric, largerIsBetter), bestIndex, parent, uid);
});
