import type { ModelAlias, ModelDrift, ModelVersion } from '../loop/model-event.js';
import type { AppMetrics } from '../topology/metrics.js';
import { count, percent, percentile } from './figures.js';
import type { News } from './news.js';
import type { Tally } from './tally.js';

/** All that the view shows. */
export interface DemoState {
  readonly location: string;
  /** URL of the dashboard, if it is served. */
  readonly dashboard: string | undefined;
  readonly device: string;
  readonly camera: string;
  readonly metrics: AppMetrics;
  readonly tally: Tally;
  /** Frames a second over the last seconds. */
  readonly rate: number;
  /** Records of `camera-frames` that are not committed yet. */
  readonly lag: number;
  readonly news: News;
}

/** The one-screen view, line by line. */
export function screen(state: DemoState, rows: number): string[] {
  const { metrics, tally, news } = state;
  const regions = [...tally.regions].sort(([a], [b]) => a.localeCompare(b));
  const lines = [
    `Headwater  ${state.dashboard === undefined ? '' : `${state.dashboard}  `}camera ${state.camera}, log ${state.location}, ${state.device}`,
    '',
    `frames     ${count(metrics.recordsIn)} (${state.rate.toFixed(1)}/s)   batch ${metrics.epochSize}   lag ${state.lag}   ` +
      `latency p50 ${percentile(tally.latency, 50)}  p99 ${percentile(tally.latency, 99)}`,
    `predicted  ${count(tally.predictions)}   accuracy ${percent(tally.score.accuracy)} of ${count(tally.score.judged)} judged   ` +
      `dead-lettered ${metrics.deadLettered}`,
    `by twenty frames  ${tally.stretches
      .slice(-12)
      .map(({ accuracy }) => percent(accuracy).slice(0, -2))
      .join('  ')}`,
    '',
    'region        prediction               p   head           accuracy',
    ...regions.map(([region, { last, score }]) => {
      const probability = Math.max(...last.probabilities).toFixed(2);
      const head = last.head.name === 'classifier' ? '(ImageNet)' : last.head.version;
      return `${region.padEnd(13)} ${last.label.slice(0, 20).padEnd(20)} ${probability.padStart(5)}   ${head.padEnd(14)} ${percent(score.accuracy)}`;
    }),
    '',
    `drifts ${news.drifts}, promotions ${news.promotions}`,
  ];
  const room = Math.max(0, rows - lines.length - 2);
  const recent = room === 0 ? [] : news.recent.slice(-room);
  return [...lines, ...recent.map((event) => `  ${inWords(event)}`), '', 'Ctrl-C ends it.'];
}

/** The same in one line, for a terminal that is none. */
export function oneLine({ metrics, tally, rate, lag, news }: DemoState): string {
  return [
    `frames ${metrics.recordsIn}`,
    `${rate.toFixed(1)}/s`,
    `batch ${metrics.epochSize}`,
    `lag ${lag}`,
    `predictions ${tally.predictions}`,
    `accuracy ${percent(tally.score.accuracy)}`,
    `p50 ${percentile(tally.latency, 50)}`,
    `p99 ${percentile(tally.latency, 99)}`,
    `drifts ${news.drifts}`,
    `promotions ${news.promotions}`,
  ].join('  ');
}

/** A drift or a promotion in words: when, which head, what was found, or which version and why. */
export function inWords(event: ModelAlias | ModelDrift): string {
  const time = timeOf(event.kind === 'drift' ? event.at : event.since);
  if (event.kind === 'drift') return `${time}  ${event.head}  ${event.reason}; a training follows`;
  const { head, version, replaces, reason } = event;
  return `${time}  ${head}  ${version} champion${replaces === undefined ? '' : `, replaces ${replaces}`}: ${reason}`;
}

/** A version in words: when, which head, which version, why, how it did, and whether it was promoted. */
export function history({ trainedAt, head, version, reason, metrics, gate }: ModelVersion): string {
  const rival = metrics.championAccuracy === undefined ? '' : `, champion ${metrics.championAccuracy.toFixed(2)}`;
  const refusals = gate.verdicts.flatMap((verdict) => (verdict.passed ? [] : [verdict.reason]));
  const verdict = gate.promoted ? 'promoted' : `refused: ${refusals.join('; ')}`;
  const time = timeOf(trainedAt);
  return `${time}  ${head}  ${version}  ${reason}; accuracy ${metrics.accuracy.toFixed(2)} on ${metrics.rows}${rival}; ${verdict}`;
}

/** The time of day in UTC. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
