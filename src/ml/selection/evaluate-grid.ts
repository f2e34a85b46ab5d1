import { error } from '../../errors.js';
import { fitEach } from './fit-each.js';
import type { FoldScore, GridTask } from './grid-task.js';
import { headGroups } from './head-grid.js';
import { searchGroup } from './search-group.js';
import { SearchResults, type PointResult } from './search-results.js';

const FEW_ROWS = 200;

/**
 * Scores every point of a grid on every fold: as one batched program where the grid is over a head on fixed features, fit by fit
 * otherwise. The scores do not depend on `parallelism`. Throws HW_SEARCH_FAILED where no point has a score.
 */
export async function evaluateGrid(task: GridTask): Promise<SearchResults> {
  return resultsOf(task, (await searchBatched(task)) ?? (await fitEach(task)));
}

/** The table of a search's scores, whatever order they came in. Throws HW_SEARCH_FAILED where no point has a score. */
export function resultsOf({ paramMaps, evaluators }: GridTask, scores: readonly FoldScore[]): SearchResults {
  const names = Object.keys(evaluators);
  const points = paramMaps.map((params, index): PointResult => {
    const own = scores.filter(({ point }) => point === index).sort((a, b) => a.fold - b.fold);
    const splits = Object.fromEntries(names.map((name) => [name, own.map(({ metrics }) => metrics[name]!)]));
    const failures = [...new Set(own.flatMap(({ failure }) => failure ?? []))];
    return { index, params, splits, ...(failures.length > 0 && { note: failures.join('; ') }) };
  });
  const failed = points.filter(({ note }) => note !== undefined);
  if (failed.length === points.length) throw error('HW_SEARCH_FAILED', { reason: failed[0]?.note ?? 'the grid is empty' });
  const [metric, evaluator] = Object.entries(evaluators)[0]!;
  return new SearchResults(points, metric, evaluator.isLargerBetter());
}

async function searchBatched(task: GridTask): Promise<FoldScore[] | undefined> {
  const groups = headGroups(task.estimator, task.paramMaps, task.dataset);
  if (groups === undefined) return undefined;
  // A thread and its programs cost more than fitting these one by one.
  if ((await task.dataset.count()) < FEW_ROWS) return undefined;
  const scores: FoldScore[] = [];
  for (const group of groups) {
    const found = await searchGroup(group, task);
    if (found === undefined) return undefined;
    scores.push(...found);
    task.onProgress?.(scores.length, task.paramMaps.length * task.folds.length);
  }
  return scores;
}
