import { error } from '../../errors.js';
import { classIndices, distinctLabels } from '../linear/class-labels.js';
import { foldsById, type Fold } from './fold.js';

/**
 * Rows of one group (a camera) stay together, and the labels are spread over the folds as evenly as that allows: scikit-learn's
 * `StratifiedGroupKFold` without shuffling. The groups whose labels are the most uneven go first, each to the fold where the labels' shares
 * then differ least between the folds; between equals to the one with fewer rows. Throws HW_FOLDS for fewer groups than folds.
 */
export function stratifiedGroupFolds(labels: readonly unknown[], groups: readonly unknown[], folds: number): Fold[] {
  const [classes, names] = [distinctLabels(labels, 'stratifyCol'), distinctLabels(groups, 'groupCol')];
  if (names.length < folds) throw error('HW_FOLDS', { problem: `${names.length} groups make no ${folds} folds` });
  const [y, group] = [classIndices(labels, classes), classIndices(groups, names)];
  const total = new Float64Array(classes.length);
  const counts = names.map(() => new Float64Array(classes.length));
  y.forEach((k, row) => {
    total[k]!++;
    counts[group[row]!]![k]!++;
  });
  const inFold = Array.from({ length: folds }, () => new Float64Array(classes.length));
  const home = new Int32Array(names.length);
  const spread = counts.map(deviation);
  const order = names.map((_, g) => g).sort((a, b) => spread[b]! - spread[a]!);
  for (const g of order) {
    home[g] = bestFold(inFold, counts[g]!, total);
    counts[g]!.forEach((count, k) => (inFold[home[g]!]![k]! += count));
  }
  return foldsById(
    group.map((g) => home[g]!),
    folds,
  );
}

function bestFold(inFold: readonly Float64Array[], counts: Float64Array, total: Float64Array): number {
  let [best, least, rows] = [0, Infinity, Infinity];
  for (const [f, own] of inFold.entries()) {
    const uneven = total.map((all, k) => deviation(inFold.map((fold, each) => (fold[k]! + (each === f ? counts[k]! : 0)) / all)));
    const [value, size] = [sum(uneven) / uneven.length, sum(own)];
    if (value < least || (isClose(value, least) && size < rows)) [best, least, rows] = [f, value, size];
  }
  return best;
}

/** As NumPy's `isclose`. */
function isClose(value: number, other: number): boolean {
  return Math.abs(value - other) <= 1e-8 + 1e-5 * Math.abs(other);
}

function deviation(values: ArrayLike<number>): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(Array.from(values, (value) => (value - mean) ** 2)) / values.length);
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((all, value) => all + value, 0);
}
