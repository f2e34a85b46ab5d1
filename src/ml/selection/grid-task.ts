import type { Dataset } from '../dataset/dataset.js';
import type { Estimator } from '../estimator.js';
import type { Evaluator } from '../evaluation/evaluator.js';
import type { Transformer } from '../transformer.js';
import type { ParamMap } from '../params.js';
import type { Fold } from './fold.js';

/** What a search has to do: every point of the grid on every fold. */
export interface GridTask {
  /** Read more than once: cached. */
  readonly dataset: Dataset;
  readonly folds: readonly Fold[];
  readonly estimator: Estimator;
  readonly paramMaps: readonly ParamMap[];
  readonly evaluators: Readonly<Record<string, Evaluator>>;
  /** Fits at the same time. */
  readonly parallelism: number;
  /** The score of a fit that fails, or `raise`. */
  readonly errorScore: number | 'raise';
  /** Drop points that can no longer win; a batched search only. */
  readonly racing?: boolean;
  /** Takes every fitted model; the grid is then fitted point by point. */
  readonly onModel?: (point: number, fold: number, model: Transformer) => void;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** The metrics of one point in one fold, or why there are none: the fit failed, or the race dropped the point. */
export interface FoldScore {
  readonly point: number;
  readonly fold: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly failure?: string;
  readonly dropped?: string;
}
