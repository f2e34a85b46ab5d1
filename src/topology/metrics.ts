import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Counts and times of an app, over all its tasks since it started. Histograms are in microseconds, HDR with three significant digits. */
export class AppMetrics {
  recordsIn = 0;
  bytesIn = 0;
  epochs = 0;
  retries = 0;
  deadLettered = 0;
  readonly recordsOut = new Map<string, number>();
  readonly steps = new Map<string, number>();
  /** Records that came after their window had closed, per operator. */
  readonly late = new Map<string, number>();
  /** From the start of an epoch to its commit. */
  readonly epochTime = createHistogram();
  /** From a record's event time to the commit of what became of it. */
  readonly latency = createHistogram();
  /** Records in the last epoch. */
  epochSize = 0;

  countOut(topic: string): void {
    this.recordsOut.set(topic, (this.recordsOut.get(topic) ?? 0) + 1);
  }

  countLate(operator: string): void {
    this.late.set(operator, (this.late.get(operator) ?? 0) + 1);
  }

  countStep(step: string): void {
    this.steps.set(step, (this.steps.get(step) ?? 0) + 1);
  }
}

/** Records `ms` milliseconds; a histogram holds whole microseconds from 1. */
export function recordMs(histogram: RecordableHistogram, ms: number): void {
  histogram.record(Math.max(1, Math.round(ms * 1000)));
}
