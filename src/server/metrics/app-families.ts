import type { App } from '../../topology/app.js';
import type { Durations } from '../../topology/durations.js';
import type { AppMetrics, Traffic } from '../../topology/metrics.js';
import type { GroupLag } from '../lag.js';
import { counter, gauge, histogramSamples, type Family, type Sample } from './exposition.js';

/** What the apps of this process have done. */
export function appFamilies(apps: readonly App[], lags: readonly GroupLag[]): Family[] {
  const each = (value: (metrics: AppMetrics) => number): Sample[] =>
    apps.map(({ name, metrics }) => ({ labels: { app: name }, value: value(metrics) }));
  const spread = <V>(label: string, of: (metrics: AppMetrics) => ReadonlyMap<string, V>, value: (entry: V) => number): Sample[] =>
    apps.flatMap(({ name, metrics }) =>
      [...of(metrics)].map(([key, entry]) => ({ labels: { app: name, [label]: key }, value: value(entry) })),
    );
  const times = (of: (metrics: AppMetrics) => Durations): Sample[] =>
    apps.flatMap(({ name, metrics }) => histogramSamples({ app: name }, inSeconds(of(metrics))));
  const records = ({ records }: Traffic): number => records;
  const bytes = ({ bytes }: Traffic): number => bytes;
  const itself = (count: number): number => count;
  return [
    counter(
      'headwater_records_in_total',
      'Records read and committed.',
      spread('topic', (app) => app.in, records),
    ),
    counter(
      'headwater_bytes_in_total',
      'Bytes of their values.',
      spread('topic', (app) => app.in, bytes),
    ),
    counter(
      'headwater_records_out_total',
      'Records written.',
      spread('topic', (app) => app.out, records),
    ),
    counter(
      'headwater_bytes_out_total',
      'Bytes of their values.',
      spread('topic', (app) => app.out, bytes),
    ),
    counter(
      'headwater_step_records_total',
      'Records that a named step has given.',
      spread('step', (app) => app.steps, itself),
    ),
    counter(
      'headwater_late_records_total',
      'Records that came after their window.',
      spread('operator', (app) => app.late, itself),
    ),
    counter(
      'headwater_skipped_records_total',
      'Records that a stage left out (handleInvalid: skip).',
      spread('operator', (app) => app.skipped, itself),
    ),
    counter(
      'headwater_labels_total',
      'Labels by what became of them.',
      apps.flatMap(({ name, metrics }) =>
        [...metrics.labels].flatMap(([operator, outcomes]) =>
          [...outcomes].map(([outcome, value]) => ({ labels: { app: name, operator, outcome }, value })),
        ),
      ),
    ),
    counter(
      'headwater_epochs_total',
      'Epochs committed.',
      each(({ epochs }) => epochs),
    ),
    counter(
      'headwater_retries_total',
      'Epochs tried again.',
      each(({ retries }) => retries),
    ),
    counter(
      'headwater_dead_letters_total',
      'Records that failed.',
      each(({ deadLettered }) => deadLettered),
    ),
    gauge(
      'headwater_epoch_records',
      'Records in the last epoch.',
      each(({ epochSize }) => epochSize),
    ),
    {
      name: 'headwater_epoch_seconds',
      type: 'histogram',
      help: 'From the start of an epoch to its commit.',
      samples: times((app) => app.epochTime),
    },
    {
      name: 'headwater_latency_seconds',
      type: 'histogram',
      help: "From a record's event time to the commit of what became of it.",
      samples: times((app) => app.latency),
    },
    gauge(
      'headwater_assigned_partitions',
      'Partitions that the group has given to this process.',
      apps.map(({ name, assigned }) => ({ labels: { app: name }, value: assigned.length })),
    ),
    gauge(
      'headwater_lag_records',
      'Records between the committed offset and the end of the partition.',
      lags.flatMap(({ app, offsets }) => offsets.map(({ topic, partition, lag }) => ({ labels: { app, topic, partition }, value: lag }))),
    ),
  ];
}

function inSeconds(durations: Durations) {
  const buckets = durations.buckets().map(({ ms, count }) => ({ le: ms / 1000, count }));
  return { buckets, count: durations.count, sum: durations.sumMs / 1000 };
}
