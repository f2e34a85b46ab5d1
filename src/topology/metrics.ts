import { Durations } from './durations.js';

/** Records, and the bytes of their values. */
export interface Traffic {
  readonly records: number;
  readonly bytes: number;
}

/** Counts and times of an app, over all its tasks since it started. */
export class AppMetrics {
  /** What was read and worked off, per topic. */
  readonly in = new Map<string, Traffic>();
  /** What was written, per topic; dead letters and changelogs are not among it. */
  readonly out = new Map<string, Traffic>();
  epochs = 0;
  retries = 0;
  deadLettered = 0;
  readonly steps = new Map<string, number>();
  /** Records that came after their window had closed, per operator. */
  readonly late = new Map<string, number>();
  /** Records that a stage left out by its `handleInvalid`, per operator. */
  readonly skipped = new Map<string, number>();
  /** What became of labels, per operator and outcome. */
  readonly labels = new Map<string, Map<string, number>>();
  /** From the start of an epoch to its commit. */
  readonly epochTime = new Durations();
  /** From a record's event time to the commit of what became of it. */
  readonly latency = new Durations();
  /** Records in the last epoch. */
  epochSize = 0;

  get recordsIn(): number {
    return sum(this.in, ({ records }) => records);
  }

  get bytesIn(): number {
    return sum(this.in, ({ bytes }) => bytes);
  }

  countIn(topic: string, bytes: number): void {
    count(this.in, topic, bytes);
  }

  countOut(topic: string, bytes: number): void {
    count(this.out, topic, bytes);
  }

  countLate(operator: string): void {
    this.late.set(operator, (this.late.get(operator) ?? 0) + 1);
  }

  countSkipped(operator: string): void {
    this.skipped.set(operator, (this.skipped.get(operator) ?? 0) + 1);
  }

  countLabel(operator: string, outcome: string): void {
    const outcomes = this.labels.get(operator) ?? new Map<string, number>();
    this.labels.set(operator, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
  }

  countStep(step: string): void {
    this.steps.set(step, (this.steps.get(step) ?? 0) + 1);
  }
}

function count(traffic: Map<string, Traffic>, topic: string, more: number): void {
  const { records, bytes } = traffic.get(topic) ?? { records: 0, bytes: 0 };
  traffic.set(topic, { records: records + 1, bytes: bytes + more });
}

function sum(traffic: ReadonlyMap<string, Traffic>, of: (topic: Traffic) => number): number {
  return [...traffic.values()].reduce((total, topic) => total + of(topic), 0);
}
