import type { HeadScores } from './head-scores.js';
import { atLeastAsGood } from './paired-bootstrap.js';

export interface GateRules {
  /** Rows that a challenger is judged on at least: a drift or a schedule waits until there are so many. Default 10. */
  readonly rows?: number;
  /** Accuracy below which no head is promoted, unless the champion lies below it as well and the challenger above the champion. Default 0.6. */
  readonly floor?: number;
  /** Share of bootstrap samples in which the challenger has to be at least as good as the champion. Default 0.5: more likely than not. */
  readonly confidence?: number;
  /**
   * Calibration error up to which a challenger passes; above it, it has to be no worse than the champion. Default 0.25. Judged from 50 rows on: in ten bins
   * of fewer rows chance alone makes more.
   */
  readonly calibration?: number;
  /** Largest head file in bytes, and with it the most work a prediction may cost. Time itself is no criterion: it would not repeat. Default 1 MiB. */
  readonly bytes?: number;
  readonly resamples?: number;
  readonly seed?: number;
}

/** Rows of a gate set, where nothing else is said. */
export const GATE_ROWS = 10;
/** Rows from which on the calibration error, in ten bins, says more than chance. */
const CALIBRATION_ROWS = 50;
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
  const { accuracy, calibrationError, right } = challenger;
  const rises = champion !== undefined && champion.accuracy < floor && accuracy > champion.accuracy;
  const verdicts: GateVerdict[] = [
    {
      check: 'floor',
      passed: accuracy >= floor || rises,
      reason: `accuracy ${figure(accuracy)} on ${right.length}, floor ${rises ? `${figure(champion.accuracy)} of the champion` : floor}`,
    },
  ];
  if (champion) {
    const share = atLeastAsGood(right, champion.right, resamples, seed);
    const limit = Math.max(calibration, champion.calibrationError);
    const tooFew = right.length < CALIBRATION_ROWS;
    verdicts.push(
      {
        check: 'champion',
        passed: share >= confidence,
        reason: `at least as good as the champion (${figure(champion.accuracy)}) in ${figure(share)} of samples, ${confidence} wanted`,
      },
      {
        check: 'calibration',
        passed: tooFew || calibrationError <= limit,
        reason: `calibration error ${figure(calibrationError)}, limit ${figure(limit)}${tooFew ? `, judged from ${CALIBRATION_ROWS} rows on` : ''}`,
      },
      { check: 'size', passed: bytes <= budget, reason: `${bytes} bytes, limit ${budget}` },
    );
  }
  return { promoted: verdicts.every(({ passed }) => passed), verdicts };
}

function figure(value: number): string {
  return value.toFixed(3);
}
