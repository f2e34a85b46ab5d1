import { error } from '../../errors.js';
import { fitEach } from './fit-each.js';
import type { Evaluator } from '../evaluation/evaluator.js';
import type { FoldScore, GridTask } from './grid-task.js';
import { headGroups } from './head-grid.js';
import { Race } from './race.js';
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
    const notes = [...new Set(own.flatMap(({ failure, dropped }) => failure ?? dropped ?? []))];
    return { index, params, splits, ...(notes.length > 0 && { note: notes.join('; ') }) };
  });
  const failed = points.filter(({ note }) => note !== undefined);
  if (failed.length === points.length) throw error('HW_SEARCH_FAILED', { reason: failed[0]?.note ?? 'the grid is empty' });
  const [metric, evaluator] = Object.entries(evaluators)[0]!;
  return new SearchResults(points, metric, evaluator.isLargerBetter());
}

async function searchBatched(task: GridTask): Promise<FoldScore[] | undefined> {
  const groups = headGroups(task.estimator, task.paramMaps, task.dataset);
  if (groups === undefined || task.onModel !== undefined) return undefined;
  // A thread and its programs cost more than fitting these one by one.
  if ((await task.dataset.count()) < FEW_ROWS) return undefined;
  const [[metric, evaluator]] = Object.entries(task.evaluators) as [[string, Evaluator]];
  const race = task.racing ? new Race({ metric, largerIsBetter: evaluator.isLargerBetter() }) : undefined;
  const scores: FoldScore[] = [];
  const total = task.paramMaps.length * task.folds.length;
  for (const group of groups) {
    const before = scores.length;
    const found = await searchGroup(group, task, { race, onProgress: (fits) => task.onProgress?.(before + fits, total) });
    if (found === undefined) return undefined;
    scores.push(...found);
    task.onProgress?.(scores.length, total);
  }
  return scores;
}
