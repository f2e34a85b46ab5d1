import { isError } from '../errors.js';
import { searchHeads } from '../ml/search/head-search.js';
import { forwardFolds, type Fold } from '../ml/selection/fold.js';
import { probabilitiesOf } from '../ml/solve/probabilities.js';
import type { LabelledFeatures } from './training-set.js';

export interface PenaltySearch {
  readonly penalties: readonly number[];
  readonly folds: number;
  /** Milliseconds of event time between what a fold learns from and what it is judged on. */
  readonly gapMs: number;
  readonly threads: number;
}

/** What a search found, point by point. */
export interface GridReport {
  readonly folds: number;
  /** Rows that were judged, over all folds. */
  readonly judged: number;
  readonly points: readonly { readonly penalty: number; readonly logLoss: number; readonly accuracy: number }[];
  readonly best: number;
}

/**
 * Searches the penalty with the least log loss over forward-chaining folds, all penalties and folds as one batched program. Of equal ones the largest
 * wins. Undefined where no fold has learned from every label: too little is known yet for a choice. Folds are judged on the newest `unbroken` rows alone,
 * among which labels are as frequent as they come in; they learn from older ones too.
 */
export async function searchPenalty(
  rows: LabelledFeatures,
  options: PenaltySearch,
  unbroken = rows.labels.length,
): Promise<GridReport | undefined> {
  const { penalties, folds: wanted, gapMs, threads } = options;
  const { features, width, labels, times } = rows;
  const names = [...new Set(labels)].sort();
  const y = Int32Array.from(labels, (label) => names.indexOf(label));
  const folds = foldsOf(times, times.length - unbroken, wanted, gapMs).filter(
    ({ train }) => new Set([...train].map((row) => y[row]!)).size === names.length,
  );
  if (folds.length === 0) return undefined;
  const learned = folds.reduce((sum, { train }) => sum + train.length, 0) / folds.length;
  const points = penalties.map((penalty) => ({ regParam: penalty / learned, elasticNetParam: 0, standardization: true }));
  const weights = new Float64Array(labels.length).fill(1);
  const outcomes = await searchHeads({ x: features, width, y, classes: names.length, weights, folds, points, gap: 1e-5, threads });
  const judged = folds.reduce((sum, { test }) => sum + test.length, 0);
  const results = penalties.map((penalty, point) => {
    let loss = 0;
    let right = 0;
    folds.forEach(({ test }, fold) => {
      const { margins } = outcomes[point]![fold]!;
      const vectors = margins.length / test.length;
      test.forEach((row, at) => {
        const answer = probabilitiesOf(Float64Array.from(margins.subarray(at * vectors, (at + 1) * vectors)));
        const truth = answer[y[row]!]!;
        loss -= Math.log(Math.max(1e-7, truth));
        if (truth === Math.max(...answer)) right += 1;
      });
    });
    return { penalty, logLoss: loss / judged, accuracy: right / judged };
  });
  const least = Math.min(...results.map(({ logLoss }) => logLoss));
  const best = Math.max(...results.filter(({ logLoss }) => logLoss === least).map(({ penalty }) => penalty));
  return { folds: folds.length, judged, points: results, best };
}

/** Folds of the rows from `first` on, each with the rows before it to learn from. Fewer folds where the rows do not make so many. */
function foldsOf(times: Float64Array, first: number, wanted: number, gapMs: number): Fold[] {
  for (let folds = wanted; folds > 0; folds--) {
    try {
      return forwardFolds(times.subarray(first), folds, gapMs).map(({ train, test }) => ({
        train: Int32Array.from([...Array(first).keys(), ...train.map((row) => first + row)]),
        test: test.map((row) => first + row),
      }));
    } catch (reason) {
      if (!isError(reason, 'HW_FOLDS')) throw reason;
    }
  }
  return [];
}
