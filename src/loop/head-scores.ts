import type { Head } from '../ml/head/head.js';

/** How a head does on labelled features. */
export interface HeadScores {
  /** 1 for each row whose likeliest label is the true one, else 0. */
  readonly right: Uint8Array;
  readonly accuracy: number;
  /** Mean of -log p(true label), p at least 1e-7. */
  readonly logLoss: number;
  /** Expected calibration error over ten bins of confidence (Naeini et al., AAAI 2015): how far confidence and accuracy lie apart. */
  readonly calibrationError: number;
}

const bins = 10;

/** Scores a head on features (rows x width). A label that the head does not know counts as wrong. */
export function scoreHead(head: Head, features: Float32Array, labels: readonly string[]): HeadScores {
  const probabilities = head.predict(features);
  const right = new Uint8Array(labels.length);
  const gaps = new Float64Array(bins);
  let loss = 0;
  labels.forEach((label, row) => {
    const answer = probabilities.subarray(row * head.labels.length, (row + 1) * head.labels.length);
    const confidence = Math.max(...answer);
    const truth = head.labels.indexOf(label);
    right[row] = truth === answer.indexOf(confidence) ? 1 : 0;
    loss -= Math.log(Math.max(1e-7, answer[truth] ?? 0));
    gaps[Math.min(bins - 1, Math.floor(confidence * bins))]! += confidence - right[row];
  });
  const rows = labels.length;
  const calibrationError = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows;
  return { right, accuracy: right.reduce((sum, one) => sum + one, 0) / rows, logLoss: loss / rows, calibrationError };
}
