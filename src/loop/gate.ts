import type { HeadScores } from './head-scores.js';
import { atLeastAsGood } from './paired-bootstrap.js';

export interface GateRules {
  /** Accuracy below which no head is promoted. Default 0.6. */
  readonly floor?: number;
  /** Share of bootstrap samples in which the challenger has to be at least as good as the champion. Default 0.5: more likely than not. */
  readonly confidence?: number;
  /** Calibration error up to which a challenger passes; above it, it has to be no worse than the champion. Default 0.25. */
  readonly calibration?: number;
  /** Largest head file in bytes, and with it the most work a prediction may cost. Time itself is no criterion: it would not repeat. Default 1 MiB. */
  readonly bytes?: number;
  readonly resamples?: number;
  readonly seed?: number;
}

/** Share of bootstrap samples in which a challenger has to be at least as good, where nothing else is said: more likely than not. */
export const CONFIDENCE = 0.5;

export interface GateVerdict {
  readonly check: 'floor' | 'champion' | 'calibration' | 'size';
  readonly passed: boolean;
  readonly reason: string;
}

/** Whether a challenger was promoted, and every verdict that decided it. */
export interface GateReport {
  readonly promoted: boolean;
  readonly verdicts: readonly GateVerdict[];
}

/**
 * Judges a challenger on rows that neither it nor the champion has learned from. A first head needs only the floor, as TFX's Evaluator ignores the change
 * threshold while nothing is blessed. The same scores and seed give the same verdicts.
 */
export function gate(challenger: HeadScores, bytes: number, champion: HeadScores | undefined, rules: GateRules = {}): GateReport {
  const { floor = 0.6, confidence = CONFIDENCE, calibration = 0.25, bytes: budget = 2 ** 20, resamples = 1000, seed = 1 } = rules;
  const { accuracy, calibrationError } = challenger;
  const verdicts: GateVerdict[] = [
    { check: 'floor', passed: accuracy >= floor, reason: `accuracy ${figure(accuracy)} on ${challenger.right.length}, floor ${floor}` },
  ];
  if (champion) {
    const share = atLeastAsGood(challenger.right, champion.right, resamples, seed);
    const limit = Math.max(calibration, champion.calibrationError);
    verdicts.push(
      {
        check: 'champion',
        passed: share >= confidence,
        reason: `at least as good as the champion (${figure(champion.accuracy)}) in ${figure(share)} of samples, ${confidence} wanted`,
      },
      {
        check: 'calibration',
        passed: calibrationError <= limit,
        reason: `calibration error ${figure(calibrationError)}, limit ${figure(limit)}`,
      },
      { check: 'size', passed: bytes <= budget, reason: `${bytes} bytes, limit ${budget}` },
    );
  }
  return { promoted: verdicts.every(({ passed }) => passed), verdicts };
}

function figure(value: number): string {
  return value.toFixed(3);
}
