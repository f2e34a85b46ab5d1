import { error } from '../../errors.js';
import { columnIn } from '../dataset/batch.js';
import { valuesOf } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { numbersIn } from '../feature/vectors.js';
import { atLeast, checks, integerFrom, type Declarations } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { forwardFolds, givenFolds, groupFolds, randomFolds, stratifiedFolds, type Fold } from './fold.js';
import { stratifiedGroupFolds } from './stratified-group-folds.js';

/** How rows are dealt into folds: at random unless one of the columns is set, or `stratifyCol` and `groupCol` together. */
export interface FoldPlan {
  numFolds: number;
  seed: number;
  foldCol?: string;
  stratifyCol?: string;
  groupCol?: string;
  timeCol?: string;
  gap: number;
}

export const foldPlanParams: Declarations<FoldPlan> = {
  numFolds: { doc: 'number of folds', check: integerFrom(2), default: 3 },
  seed: sharedParams.seed,
  foldCol: { doc: 'column with the fold of each row, 0 to numFolds - 1', check: checks.string, optional: true },
  stratifyCol: { doc: 'column whose values are spread evenly over the folds', check: checks.string, optional: true },
  groupCol: { doc: 'column whose equal values (one camera) stay in one fold', check: checks.string, optional: true },
  timeCol: { doc: 'column with times: learn from the past, judge on what came later', check: checks.string, optional: true },
  gap: { doc: 'time left out between the past and what is judged, in units of timeCol', check: atLeast(0), default: 0 },
};

/** The folds of a data set. Throws HW_FOLDS for columns that cannot go together, or where a fold comes out empty. */
export async function planFolds(dataset: Dataset, plan: FoldPlan): Promise<Fold[]> {
  const { numFolds, seed, gap, foldCol, stratifyCol, groupCol, timeCol } = plan;
  const wanted = [foldCol, stratifyCol, groupCol, timeCol].filter((name) => name !== undefined);
  const both = wanted.length === 2 && stratifyCol !== undefined && groupCol !== undefined;
  if (wanted.length > 1 && !both) throw error('HW_FOLDS', { problem: `${wanted.join(' and ')} cannot both decide` });
  const [name] = wanted;
  if (name === undefined) return randomFolds(await dataset.count(), numFolds, seed);
  const batch = await dataset.select(...new Set(wanted)).collect();
  if (foldCol !== undefined) return givenFolds(numbersIn(batch, foldCol), numFolds);
  if (timeCol !== undefined) return forwardFolds(numbersIn(batch, timeCol), numFolds, gap);
  const values = valuesOf(columnIn(batch, name));
  if (both) return stratifiedGroupFolds(values, valuesOf(columnIn(batch, groupCol)), numFolds);
  return groupCol !== undefined ? groupFolds(values, numFolds) : stratifiedFolds(values, numFolds, seed);
}
