import { error } from '../../errors.js';
import { permutation } from '../random.js';

/** Rows by their number: what is learned from and what is judged on. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Folds of nearly equal size, rows dealt in an order that `seed` decides. */
export function randomFolds(rows: number, folds: number, seed: number): Fold[] {
  const fold = new Int32Array(rows);
  permutation(rows, seed).forEach((row, place) => (fold[row] = place % folds));
  return foldsById(fold, folds);
}

/** Every label is spread evenly over the folds: within a label rows are dealt in an order that `seed` decides. */
export function stratifiedFolds(labels: readonly unknown[], folds: number, seed: number): Fold[] {
  const fold = new Int32Array(labels.length);
  const byLabel = new Map<unknown, number[]>();
  for (const row of permutation(labels.length, seed)) {
    const rows = byLabel.get(labels[row]);
    if (rows) rows.push(row);
    else byLabel.set(labels[row], [row]);
  }
  const inOrder = [...byLabel.values()].sort((a, b) => Math.min(...a) - Math.min(...b)).flat();
  inOrder.forEach((row, place) => (fold[row] = place % folds));
  return foldsById(fold, folds);
}

/** Rows of one group (a camera) stay together; the largest group goes first, each to the smallest fold. As scikit-learn's `GroupKFold`. */
export function groupFolds(groups: readonly unknown[], folds: number): Fold[] {
  const sizes = new Map<unknown, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (sizes.size < folds) throw error('HW_FOLDS', { problem: `${sizes.size} groups make no ${folds} folds` });
  const load = new Array<number>(folds).fill(0);
  const home = new Map<unknown, number>();
  for (const [group, size] of [...sizes].sort((a, b) => b[1] - a[1])) {
    const smallest = load.indexOf(Math.min(...load));
    load[smallest]! += size;
    home.set(group, smallest);
  }
  return foldsById(
    Int32Array.from(groups, (group) => home.get(group)!),
    folds,
  );
}

/** The fold of each row is given: an integer from 0 to folds - 1, as Spark's `foldCol`. Throws HW_FOLDS. */
export function givenFolds(ids: ArrayLike<number>, folds: number): Fold[] {
  const bad = Array.from(ids).findIndex((id) => !Number.isInteger(id) || id < 0 || id >= folds);
  if (bad >= 0) throw error('HW_FOLDS', { problem: `row ${bad} has the fold ${ids[bad]!}, not one of 0 to ${folds - 1}` });
  return foldsById(Int32Array.from(ids), folds);
}

/**
 * Time goes forward: rows are cut by time into folds + 1 parts, and each part but the first is judged by what was learned from all rows
 * that are more than `gap` older than its first. As scikit-learn's `TimeSeriesSplit`, with the gap in units of time.
 */
export function forwardFolds(times: ArrayLike<number>, folds: number, gap: number): Fold[] {
  const order = Int32Array.from({ length: times.length }, (_, row) => row).sort((a, b) => times[a]! - times[b]! || a - b);
  const size = Math.floor(order.length / (folds + 1));
  if (size === 0) throw error('HW_FOLDS', { problem: `${order.length} rows make no ${folds} folds` });
  return Array.from({ length: folds }, (_, fold) => {
    const start = order.length - (folds - fold) * size;
    const test = order.slice(start, start + size);
    const before = times[test[0]!]! - gap;
    const train = order.slice(0, start).filter((row) => (gap > 0 ? times[row]! < before : true));
    if (train.length === 0) throw error('HW_FOLDS', { problem: `the gap leaves nothing to learn from in fold ${fold}` });
    return { train: train.sort(), test: test.sort() };
  });
}

/** One fold: a share of `trainRatio` of the rows, in an order that `seed` decides, and the rest. */
export function singleSplit(rows: number, trainRatio: number, seed: number): Fold[] {
  const order = permutation(rows, seed);
  const size = Math.round(rows * trainRatio);
  if (size === 0 || size === rows)
    throw error('HW_FOLDS', { problem: `a trainRatio of ${trainRatio} leaves one part of ${rows} rows empty` });
  return [{ train: order.slice(0, size).sort(), test: order.slice(size).sort() }];
}

/** The fold that each row is judged in, as folds. Throws HW_FOLDS for an empty one. */
export function foldsById(ids: Int32Array, folds: number): Fold[] {
  const rows = Int32Array.from(ids.keys());
  return Array.from({ length: folds }, (_, fold) => {
    const [train, test] = [rows.filter((row) => ids[row] !== fold), rows.filter((row) => ids[row] === fold)];
    if (train.length === 0 || test.length === 0) throw error('HW_FOLDS', { problem: `fold ${fold} is empty` });
    return { train, test };
  });
}
