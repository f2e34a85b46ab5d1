import type { Dataset } from '../dataset/dataset.js';
import { above, integerFrom } from '../params.js';
import { permutation } from '../random.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { foldPlanParams, planFolds, type FoldPlan } from './fold-plan.js';
import { ModelSelector, restoredParts, selectorParams, type SelectorParams, type SelectorParts } from './model-selector.js';
import { SearchResults, type PointResult } from './search-results.js';

export interface HalvingGridSearchParams extends SelectorParams, FoldPlan {
  factor: number;
  minResources: number;
}

const spec: StageSpec<HalvingGridSearchParams> = {
  type: 'HalvingGridSearch',
  params: {
    ...foldPlanParams,
    ...selectorParams,
    factor: { doc: 'each round keeps one point in this many, on this many times the rows', check: above(1), default: 3 },
    minResources: { doc: 'rows of the first round; 0 for as many as let the last round have all', check: integerFrom(0), default: 0 },
  },
};

/** Search by successive halving: all points on few rows, the best of them on more, as scikit-learn's `HalvingGridSearchCV`. */
export class HalvingGridSearch extends ModelSelector<HalvingGridSearchParams> {
  constructor(
    { estimator, estimatorParamMaps, evaluator, metrics, refit, onProgress, ...options }: SelectorParts & Partial<HalvingGridSearchParams>,
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
    const { factor, minResources, seed } = this.params;
    const rows = await data.count();
    const order = permutation(rows, seed);
    const maps = this.estimatorParamMaps;
    const rounds = Math.max(1, Math.ceil(Math.log(maps.length) / Math.log(factor)));
    const table: PointResult[] = [];
    let alive = maps.map((_, index) => index);
    let size = minResources || Math.ceil(rows / factor ** (rounds - 1));
    for (let round = 0; ; round++) {
      const part = data.rowsAt(order.slice(0, Math.min(rows, size))).cache();
      const results = await this.score(
        part,
        await planFolds(part, this.params),
        alive.map((index) => maps[index]!),
      );
      const last = size >= rows || alive.length <= factor || alive.length === 1;
      const kept = new Set(last ? alive.map((_, at) => at) : results.ranking().slice(0, Math.ceil(alive.length / factor)));
      alive.forEach((index, at) => {
        const point = results.points[at]!;
        const outcome = kept.has(at)
          ? point
          : unranked(point, `left in round ${round + 1} of ${Math.min(rows, size)} rows at ${results.mean(at)}`);
        table[index] = { ...outcome, index };
      });
      if (last) return new SearchResults(table, results.metric, results.largerIsBetter);
      alive = alive.filter((_, at) => kept.has(at));
      size = Math.ceil(size * factor);
    }
  }
}

/** Its scores are of fewer rows than the winners': they must not be ranked with theirs. */
function unranked(point: PointResult, note: string): PointResult {
  const splits = Object.fromEntries(Object.entries(point.splits).map(([metric, values]) => [metric, values.map(() => NaN)]));
  return { ...point, splits, note };
}

registerStage(spec.type, (snapshot) => new HalvingGridSearch({ ...restoredParts(snapshot), ...snapshot.options }, snapshot.uid));
