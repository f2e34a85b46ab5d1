import type { ModelRegistry } from '../../loop/model-registry.js';
import type { HeadMetrics } from '../../loop/progress.js';
import { counter, gauge, type Family, type Sample } from './exposition.js';

/** Heads: who is champion, how the champions do, and what the gate said of the others. */
export function headFamilies(models: ModelRegistry, accuracy: readonly HeadMetrics[]): Family[] {
  const each = (value: (metrics: HeadMetrics) => number): Sample[] =>
    accuracy.map((metrics) => ({ labels: { head: metrics.head }, value: value(metrics) }));
  return [
    gauge(
      'headwater_head_info',
      'The version that is champion.',
      [...models.champions].map(([head, { version }]) => ({ labels: { head, version }, value: 1 })),
    ),
    counter(
      'headwater_head_swaps_total',
      'New champions seen.',
      [...models.swaps].map(([head, value]) => ({ labels: { head }, value })),
    ),
    gauge('headwater_head_versions', 'Versions that are kept, by what the gate said of them.', versions(models)),
    counter(
      'headwater_head_judged_total',
      'Predictions whose label came.',
      each(({ judged }) => judged),
    ),
    counter(
      'headwater_head_right_total',
      'Predictions that were right.',
      each(({ right }) => right),
    ),
    gauge(
      'headwater_head_accuracy_ratio',
      'Share of right answers of the last predictions.',
      each(({ recent }) => recent),
    ),
  ];
}

function versions(models: ModelRegistry): Sample[] {
  const counts = new Map<string, { readonly promoted: number; readonly refused: number }>();
  for (const { head, gate } of models.versions()) {
    const { promoted, refused } = counts.get(head) ?? { promoted: 0, refused: 0 };
    counts.set(head, gate.promoted ? { promoted: promoted + 1, refused } : { promoted, refused: refused + 1 });
  }
  return [...counts].flatMap(([head, { promoted, refused }]) => [
    { labels: { head, verdict: 'promoted' }, value: promoted },
    { labels: { head, verdict: 'refused' }, value: refused },
  ]);
}
