import { Dataset } from '../dataset/dataset.js';
import type { Transformer } from '../transformer.js';
import { describeParamMap, type ParamMap } from '../params.js';

/** What became of a point of the grid. */
export interface PointResult {
  readonly index: number;
  readonly params: ParamMap;
  /** Each metric in each fold; NaN where the point was dropped first or failed. */
  readonly splits: Readonly<Record<string, readonly number[]>>;
  /** Why a fold failed, or why the point was dropped. */
  readonly note?: string;
}

/** A grid's results: one row a point, in grid order. */
export class SearchResults {
  constructor(
    readonly points: readonly PointResult[],
    /** The metric that decides. */
    readonly metric: string,
    readonly largerIsBetter: boolean,
    /** The model of each fold and point, where `collectSubModels` asked for them; a hole where a fit failed. Not saved. */
    readonly subModels?: readonly (readonly Transformer[])[],
  ) {}

  mean(index: number, metric = this.metric): number {
    const splits = this.points[index]!.splits[metric]!;
    return splits.reduce((sum, value) => sum + value, 0) / splits.length;
  }

  /** Deviation over the folds, as scikit-learn's `std_test_score`. */
  deviation(index: number, metric = this.metric): number {
    const splits = this.points[index]!.splits[metric]!;
    const mean = this.mean(index, metric);
    return Math.sqrt(splits.reduce((sum, value) => sum + (value - mean) ** 2, 0) / splits.length);
  }

  /** The points from best to worst; equals in grid order, failures last. */
  ranking(): number[] {
    const worth = (index: number) => {
      const mean = this.mean(index);
      return Number.isNaN(mean) ? -Infinity : this.largerIsBetter ? mean : -mean;
    };
    return this.points.map(({ index }) => index).sort((a, b) => worth(b) - worth(a) || a - b);
  }

  /** The best point by the mean alone. */
  best(): number {
    return this.ranking()[0]!;
  }

  /** The table as a data set: parameters, `split0_f1`, ..., `mean_f1`, `std_f1`, `rank`, `note`. */
  toDataset(): Dataset {
    const rank = new Map(this.ranking().map((index, place) => [index, place + 1]));
    const rows = this.points.map(({ index, params, splits, note }) => ({
      params: describeParamMap(params),
      ...Object.fromEntries(
        Object.entries(splits).flatMap(([metric, values]) => [
          ...values.map((value, fold) => [`split${fold}_${metric}`, value] as const),
          [`mean_${metric}`, this.mean(index, metric)] as const,
          [`std_${metric}`, this.deviation(index, metric)] as const,
        ]),
      ),
      rank: rank.get(index)!,
      note: note ?? '',
    }));
    return Dataset.fromRows(rows);
  }
}
