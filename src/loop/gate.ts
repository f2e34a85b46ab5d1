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
  /** Largest head file in bytes. Default 1 MiB. */
  readonly bytes?: number;
  /**
   * Milliseconds of the event loop that a prediction may cost, features to probabilities. Default 1, hundreds of times what a head of a thousand features takes:
   * only a limit far from it gives the same verdict each time, on any machine.
   */
  readonly latencyMs?: number;
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
  readonly check: 'floor' | 'champion' | 'calibration' | 'size' | 'latency';
  readonly passed: boolean;
  readonly reason: string;
}

/** Whether a challenger was promoted, and every verdict that decided it. */
export interface GateReport {
  readonly promoted: boolean;
  readonly verdicts: readonly GateVerdict[];
}

/** What a challenger costs. */
export interface HeadCost {
  /** Bytes of its file. */
  readonly bytes: number;
  /** Milliseconds that a prediction takes at best. */
  readonly latencyMs: number;
}

/**
 * Judges a challenger on rows that neither it nor the champion has learned from. A first head needs only the floor, as TFX's Evaluator ignores the change
 * threshold while nothing is blessed. The same scores and seed give the same verdicts.
 */
export function gate(challenger: HeadScores, cost: HeadCost, champion: HeadScores | undefined, rules: GateRules = {}): GateReport {
  const { floor = 0.6, confidence = CONFIDENCE, calibration = 0.25, bytes = 2 ** 20, latencyMs = 1, resamples = 1000, seed = 1 } = rules;
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
      { check: 'size', passed: cost.bytes <= bytes, reason: `${cost.bytes} bytes, limit ${bytes}` },
      latency(cost, latencyMs),
    );
  }
  return { promoted: verdicts.every(({ passed }) => passed), verdicts };
}

/** Its reason says no time that was measured: a training that is killed and begins again gives the same bytes. */
function latency(cost: HeadCost, limit: number): GateVerdict {
  const passed = cost.latencyMs <= limit;
  return { check: 'latency', passed, reason: `a prediction takes ${passed ? 'at most' : 'more than'} ${limit} ms, the limit` };
}

function figure(value: number): string {
  return value.toFixed(3);
}
