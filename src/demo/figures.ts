import type { RecordableHistogram } from 'node:perf_hooks';

/** A share as a percentage; a dash where nothing was counted. */
export function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(share * 100).toFixed(1)} %`;
}

/** A percentile of a histogram of microseconds, in milliseconds; a dash while it is empty. */
export function percentile(histogram: RecordableHistogram, rank: number): string {
  return histogram.count === 0 ? '-' : `${(histogram.percentile(rank) / 1000).toFixed(0)} ms`;
}

/** 1194 as 1,194. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
