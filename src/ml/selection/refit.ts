import type { SearchResults } from './search-results.js';

/** Chooses the point whose parameters the final model is fitted with. */
export type RefitRule = 'best' | 'one-standard-error' | ((results: SearchResults) => number);

/** The chosen point. `one-standard-error`: the first in grid order within one standard error of the best, so order grids from simple to complex. */
export function choose(results: SearchResults, rule: RefitRule): number {
  const best = results.best();
  if (rule === 'best') return best;
  if (typeof rule === 'function') return rule(results);
  const folds = results.points[best]!.splits[results.metric]!.length;
  const reach = results.deviation(best) / Math.sqrt(folds);
  return results.points.find(({ index }) => Math.abs(results.mean(index) - results.mean(best)) <= reach)!.index;
}
