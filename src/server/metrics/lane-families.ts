import type { BatchFigures } from '../../ml/engines/batch-metrics.js';
import type { LaneFigures } from '../../ml/engines/lane-pool.js';
import { counter, gauge, histogramSamples, type Family, type Sample } from './exposition.js';

/** Upper bounds of the batch sizes that are counted apart. */
const sizes = [1, 2, 4, 8, 16, 32, 64];

/** What the lanes of this process do: their utilisation is the rate of the busy seconds over the number of lanes. */
export function laneFamilies({ lanes, busy, models }: LaneFigures): Family[] {
  const each = (value: (model: BatchFigures) => number): Sample[] =>
    [...models].map(([model, figures]) => ({ labels: { model }, value: value(figures) }));
  return [
    gauge('headwater_lanes', 'Worker threads that decode and infer.', [{ value: lanes }]),
    gauge('headwater_lanes_busy', 'Lanes that have work at this moment.', [{ value: busy }]),
    counter(
      'headwater_lane_busy_seconds_total',
      'Time that lanes have spent on batches.',
      each(({ busyMs }) => busyMs / 1000),
    ),
    counter(
      'headwater_model_rows_total',
      'Pictures that a model was given.',
      each(({ rows }) => rows),
    ),
    counter(
      'headwater_model_rows_failed_total',
      'Pictures that it could not answer.',
      each(({ failed }) => failed),
    ),
    gauge(
      'headwater_model_rows_waiting',
      'Pictures that wait for a lane.',
      each(({ waiting }) => waiting),
    ),
    {
      name: 'headwater_batch_rows',
      type: 'histogram',
      help: 'Pictures in a batch.',
      samples: [...models].flatMap(([model, figures]) => histogramSamples({ model }, batchRows(figures))),
    },
  ];
}

function batchRows({ batchSizes, batches }: BatchFigures) {
  const upTo = (le: number): number => batchSizes.slice(0, le + 1).reduce((sum, count) => sum + count, 0);
  const sum = batchSizes.reduce((total, count, rows) => total + count * rows, 0);
  return { buckets: sizes.map((le) => ({ le, count: upTo(le) })), count: batches, sum };
}
