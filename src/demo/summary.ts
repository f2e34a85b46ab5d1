import type { ModelVersion } from '../loop/model-event.js';
import type { DemoResult } from './demo.js';
import { percentile } from './figures.js';
import { history } from './view.js';

/** What a replay came to, for a program. A share of which nothing was judged is null in JSON. */
export function figures({ frames, seconds, tally, metrics, news }: DemoResult) {
  return {
    frames,
    predictions: tally.predictions,
    deadLettered: metrics.deadLettered,
    drifts: news.drifts,
    promotions: news.promotions,
    accuracy: tally.score.accuracy,
    secondHalfAccuracy: tally.lateScore.accuracy,
    framesPerSecond: frames / seconds,
    p99Ms: tally.latency.percentile(99) / 1000,
  };
}

/** The same for a person, after the history of all versions; a dash for what was not reached, as when Ctrl-C ended it early. */
export function summary(result: DemoResult, versions: readonly ModelVersion[]): string {
  const { frames, predictions, deadLettered, accuracy, secondHalfAccuracy, framesPerSecond } = figures(result);
  const stretches = result.tally.stretches.map((stretch) => stretch.accuracy.toFixed(2)).join(' ');
  return [
    '',
    ...versions.toSorted((one, other) => one.trainedAt - other.trainedAt).map(history),
    '',
    `frames ${frames}`,
    `predictions ${predictions}`,
    `dead-lettered ${deadLettered}`,
    `accuracy ${share(secondHalfAccuracy)} (second half, each prediction before its own label; all heads' predictions ${share(accuracy)})`,
    `accuracy by twenty frames ${stretches || '-'}`,
    `frames/s ${framesPerSecond.toFixed(1)}`,
    `p99 ${percentile(result.tally.latency, 99)}`,
    '',
  ].join('\n');
}

function share(accuracy: number): string {
  return Number.isNaN(accuracy) ? '-' : accuracy.toFixed(3);
}
