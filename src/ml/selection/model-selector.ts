import { error } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { Estimator, isEstimator } from '../estimator.js';
import { isEvaluator, type Evaluator } from '../evaluation/evaluator.js';
import { checks, integerFrom, type Check, type Declarations, type ParamMap } from '../params.js';
import type { Snapshot, Stage, StageSpec } from '../stage.js';
import type { Transformer } from '../transformer.js';
import { evaluateGrid } from './evaluate-grid.js';
import type { Fold } from './fold.js';
import { choose, type RefitRule } from './refit.js';
import { SearchResults } from './search-results.js';
import { SelectedModel } from './selected-model.js';
import { fitOnShared } from './shared-stages.js';

/** What every search over a grid takes. */
export interface SelectorParts {
  readonly estimator: Estimator;
  readonly estimatorParamMaps: readonly ParamMap[];
  /** Decides; its metric stands in the table under its `metricName`. */
  readonly evaluator: Evaluator;
  /** Further metrics for the table. */
  readonly metrics?: Readonly<Record<string, Evaluator>>;
  /** Which point the final model is fitted with. Default `best`. */
  readonly refit?: RefitRule;
  /** Takes how many fits of how many have ended: after each, or ten times a second in a batched search. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SelectorParams {
  parallelism: number;
  errorScore: number | 'raise';
  racing: boolean;
}

const errorScore: Check = { expected: 'a number or "raise"', holds: (value) => typeof value === 'number' || value === 'raise' };
export const selectorParams: Declarations<SelectorParams> = {
  parallelism: { doc: 'fits at the same time; the batched search takes all cores anyway', check: integerFrom(1), default: 1 },
  errorScore: { doc: 'the score of a fit that fails, or "raise"', check: errorScore, default: NaN },
  racing: { doc: 'drop points that can no longer win, in a batched search over a head', check: checks.boolean, default: false },
};

export interface SubModelParams extends SelectorParams {
  collectSubModels: boolean;
}

/** Of searches that fit every point on every fold. */
export const subModelParams: Declarations<SubModelParams> = {
  ...selectorParams,
  collectSubModels: {
    doc: 'keep the model of every fold and point; they are then fitted one by one',
    check: checks.boolean,
    default: false,
  },
};

/** A search over a grid: it fits an estimator like any other, on the winner's parameters. */
export abstract class ModelSelector<P extends SelectorParams> extends Estimator<P, SelectedModel> {
  readonly estimator: Estimator;
  readonly estimatorParamMaps: readonly ParamMap[];
  readonly evaluator: Evaluator;
  readonly metrics: Readonly<Record<string, Evaluator>>;
  private readonly refit: RefitRule;
  private readonly onProgress: SelectorParts['onProgress'];

  constructor(spec: StageSpec<P>, parts: SelectorParts, options: Partial<P>, uid?: string) {
    super(spec, options, uid);
    this.estimator = parts.estimator;
    this.estimatorParamMaps = parts.estimatorParamMaps;
    this.evaluator = parts.evaluator;
    this.metrics = parts.metrics ?? {};
    this.refit = parts.refit ?? 'best';
    this.onProgress = parts.onProgress;
  }

  /** Throws HW_PARAM_MISSING without a part, HW_GRID_STAGE for a grid of other stages. A race leaves most points without scores, so that only the best can be chosen. */
  override validate(): void {
    const { estimator, estimatorParamMaps, evaluator } = this;
    const stage = this.spec.type;
    if (!isEstimator(estimator)) throw error('HW_PARAM_MISSING', { stage, param: 'estimator', expected: 'what is fitted at each point' });
    if (!isEvaluator(evaluator)) throw error('HW_PARAM_MISSING', { stage, param: 'evaluator', expected: 'what judges each point' });
    if (!isGrid(estimatorParamMaps))
      throw error('HW_PARAM_MISSING', { stage, param: 'estimatorParamMaps', expected: 'the points to search, from a ParamGridBuilder' });
    const known = uidsIn(estimator);
    const strange = estimatorParamMaps.flat().find((setting) => !known.has(setting.stage));
    if (strange !== undefined) throw error('HW_GRID_STAGE', { param: strange.name, stage: strange.stage, estimator: estimator.uid });
    super.validate();
    if (this.params.racing && this.refit !== 'best') {
      const got = typeof this.refit === 'string' ? this.refit : 'a function';
      throw error('HW_PARAM_INVALID', { stage: this.uid, param: 'refit', expected: '"best" where racing is on', got });
    }
  }

  override children(): readonly Stage[] {
    return [this.estimator, this.evaluator, ...Object.values(this.metrics)];
  }

  async fit(dataset: Dataset): Promise<SelectedModel> {
    this.validate();
    const data = dataset.cache();
    const results = await this.search(data);
    const index = choose(results, this.refit);
    const best = await fitOnShared(this.estimator.copy(this.estimatorParamMaps[index]), data);
    return new SelectedModel(best, results, index, this.uid);
  }

  /** The table of results, without a final fit. */
  abstract search(dataset: Dataset): Promise<SearchResults>;

  protected async score(dataset: Dataset, folds: readonly Fold[], paramMaps = this.estimatorParamMaps): Promise<SearchResults> {
    const { estimator, evaluator, metrics, onProgress } = this;
    const { parallelism, errorScore, racing } = this.params;
    const evaluators = { [metricOf(evaluator)]: evaluator, ...metrics };
    const task = { dataset, folds, estimator, paramMaps, evaluators, parallelism, errorScore, racing, onProgress };
    if (!(this.params as Partial<SubModelParams>).collectSubModels) return evaluateGrid(task);
    const subModels: Transformer[][] = folds.map(() => []);
    const results = await evaluateGrid({ ...task, onModel: (point, fold, model) => (subModels[fold]![point] = model) });
    return new SearchResults(results.points, results.metric, results.largerIsBetter, subModels);
  }

  protected override copiedChildren(extra: ParamMap): object {
    const metrics = Object.fromEntries(Object.entries(this.metrics).map(([name, evaluator]) => [name, evaluator.copy(extra)]));
    return { estimator: this.estimator.copy(extra), evaluator: this.evaluator.copy(extra), metrics };
  }

  override snapshot(): Snapshot {
    const refit = typeof this.refit === 'string' ? this.refit : 'best';
    return { ...super.snapshot(), values: { estimatorParamMaps: this.estimatorParamMaps, metrics: Object.keys(this.metrics), refit } };
  }
}

/** The parts in a snapshot. */
export function restoredParts({ values, stages = [] }: Snapshot): SelectorParts {
  const [estimator, evaluator, ...others] = stages;
  const { estimatorParamMaps, metrics, refit } = values as { estimatorParamMaps: ParamMap[]; metrics: string[]; refit: RefitRule };
  if (!isEstimator(estimator) || !isEvaluator(evaluator)) throw new TypeError('a saved search holds an estimator and an evaluator');
  const further = others.filter(isEvaluator);
  return { estimator, estimatorParamMaps, evaluator, metrics: Object.fromEntries(metrics.map((name, at) => [name, further[at]!])), refit };
}

function isGrid(points: unknown): points is readonly ParamMap[] {
  return Array.isArray(points) && points.length > 0;
}

function uidsIn(stage: Stage): Set<string> {
  return new Set([stage.uid, ...stage.children().flatMap((child) => [...uidsIn(child)])]);
}

function metricOf(evaluator: Evaluator): string {
  return 'metricName' in evaluator.params ? String(evaluator.params.metricName) : evaluator.spec.type;
}
