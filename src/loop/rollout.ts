import { error } from '../errors.js';
import { murmur2 } from '../log/partitioner.js';

/** How a challenger that has passed the gate becomes champion. */
export interface Rollout {
  /** Percent of the predictions that it makes, stage after stage, rising: 0 is a shadow, which is scored and never emitted; from 1 on it is a canary. */
  readonly stages: readonly number[];
  /** Examples of a region that a stage lasts. Default 20. */
  readonly labels?: number;
}

/** How a challenger stands in its roll-out as of the last look, on examples that neither it nor the champion has learned from. */
export interface Trial {
  /** Percent of the predictions that it makes; 0 in shadow. */
  readonly percent: number;
  readonly judged: number;
  readonly right: number;
  /** Of the champion, on the same examples. */
  readonly championRight: number;
}

/** Throws HW_ROLLOUT for stages that are no rising percentages. */
export function checkRollout({ stages, labels = 20 }: Rollout): Required<Rollout> {
  const rising = stages.every((percent, at) => percent >= 0 && percent <= 100 && (at === 0 || percent > stages[at - 1]!));
  if (!rising || !Number.isSafeInteger(labels) || labels < 1) throw error('HW_ROLLOUT', { stages: stages.join(', '), labels });
  return { stages, labels };
}

/** Whether a prediction is the canary's: `percent` of all keys, by their murmur2 hash in hundredths of a percent, the same ones every time. */
export function inCanary(key: string, percent: number): boolean {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % 10_000 < percent * 100;
}

export function stageInWords(percent: number): string {
  return percent === 0 ? 'shadow' : `a canary of ${percent} %`;
}
