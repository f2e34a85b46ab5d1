import type { TopicSpec } from '../../log/log.js';
import type { FoldScore } from '../selection/grid-task.js';
import { parseMessage } from './message.js';

/** What is to be done: one point of the grid on one fold, of the search of this name. */
export interface Trial {
  readonly search: string;
  readonly point: number;
  readonly fold: number;
}

/** What came of it, and which worker did it. */
export interface TrialResult extends Trial {
  /** JSON has no NaN: null stands for it. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly failure?: string;
  readonly worker: string;
}

export const TRIALS_TOPIC = 'tuning-trials';
export const RESULTS_TOPIC = 'tuning-results';

/** As many workers can share a search as the trials have partitions. */
export function tuningTopics(partitions: number): TopicSpec[] {
  return [
    { name: TRIALS_TOPIC, partitions },
    { name: RESULTS_TOPIC, partitions: 1 },
  ];
}

export function encodeTrial(trial: Trial | TrialResult): Uint8Array {
  return Buffer.from(JSON.stringify(trial));
}

export function decodeTrial(bytes: Uint8Array | null): Trial | undefined {
  return parseMessage(bytes) as Trial | undefined;
}

export function decodeResult(bytes: Uint8Array | null): TrialResult | undefined {
  return parseMessage(bytes) as TrialResult | undefined;
}

export function scoreOf({ point, fold, metrics, failure }: TrialResult): FoldScore {
  const values = Object.entries(metrics).map(([name, value]) => [name, value ?? NaN] as const);
  return { point, fold, metrics: Object.fromEntries(values), ...(failure !== undefined && { failure }) };
}
