import type { PredictionEvent } from '../events/prediction-event.js';
import type { App } from '../topology/app.js';
import type { Durations } from '../topology/durations.js';
import type { GroupLag } from './lag.js';
import type { LatestFrame } from './log-watch.js';
import type { Surroundings } from './surroundings.js';
import { toneOf } from './tone.js';

/** Cameras that are shown, the ones with the newest frames. */
const shownCameras = 12;
/** How far back rates and latencies look, in milliseconds. */
const lookBackMs = 10_000;

/** All that changes from moment to moment, as JSON: what the dashboard is sent twice a second. */
export function overview({ log, cameras, models, apps, clock, watch }: Surroundings, lags: readonly GroupLag[]) {
  const now = clock.now();
  const lag = lags.map(({ app, offsets }) => ({ app, records: offsets.reduce((sum, partition) => sum + partition.lag, 0) }));
  const newest = [...watch.frames].reverse().slice(0, shownCameras);
  const described = newest.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    log: log.name,
    at: now,
    apps: apps.map(appFigures),
    lag,
    ...pace(watch.predictions, now),
    labelNames: watch.labelNames,
    problems: Object.fromEntries(watch.problems),
    promotions: models.promotions.length,
    cameras: described.map(([camera, latest]) => {
      const { width = 0, height = 0, regions = [] } = cameras.camera(camera) ?? {};
      const polygons = new Map(regions.map(({ name, polygon }) => [name, polygon]));
      const named = [...latest.predictions].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        camera,
        width,
        height,
        ...frameOf(latest),
        regions: named.map(([region, prediction]) => ({
          polygon: polygons.get(region) ?? null,
          ...predictionFigures(prediction, watch.truth(prediction)),
        })),
      };
    }),
  };
}

/** A prediction as the API shows it; `truth` is the label that was given since. */
export function predictionFigures(prediction: PredictionEvent, truth: string | undefined) {
  const { id, camera, region, capturedAt, predictedAt, head, label, labels, probabilities, frame } = prediction;
  const probability = Math.max(0, ...probabilities);
  const tone = toneOf(prediction);
  const picture = pictureOf(frame);
  return {
    id,
    camera,
    region,
    capturedAt,
    predictedAt,
    head,
    label,
    probability,
    labels,
    probabilities,
    tone,
    truth: truth ?? null,
    frame,
    picture,
  };
}

/** Where the picture of a frame is served. */
function pictureOf({ topic, partition, offset }: PredictionEvent['frame']): string {
  return `/api/frames/${encodeURIComponent(topic)}/${partition}/${offset}.jpg`;
}

function frameOf({ frame, capturedAt }: LatestFrame) {
  return { frame, picture: pictureOf(frame), capturedAt };
}

function appFigures({ name, assigned, metrics }: App) {
  const { recordsIn, bytesIn, epochs, epochSize, retries, deadLettered, late, latency, epochTime } = metrics;
  const written = Object.fromEntries([...metrics.out].map(([topic, { records }]) => [topic, records]));
  return {
    app: name,
    partitions: assigned,
    recordsIn,
    bytesIn,
    written,
    epochs,
    epochSize,
    retries,
    deadLettered,
    late: Object.fromEntries(late),
    latencyMs: quantiles(latency),
    epochMs: quantiles(epochTime),
  };
}

function quantiles(durations: Durations) {
  return { p50: orNull(durations.percentile(50)), p99: orNull(durations.percentile(99)) };
}

/** Predictions and frames a second, and the time from capture to prediction, of the predictions made lately. */
function pace(predictions: readonly PredictionEvent[], now: number) {
  const first = predictions.findLastIndex(({ predictedAt }) => predictedAt < now - lookBackMs) + 1;
  const lately = predictions.slice(first);
  const from = first === 0 && lately.length > 0 ? Math.max(lately[0]!.predictedAt, now - lookBackMs) : now - lookBackMs;
  const seconds = Math.max(1, (now - from) / 1000);
  const frames = new Set(lately.map(({ frame }) => `${frame.topic}-${frame.partition}-${frame.offset}`)).size;
  const delays = lately.map(({ capturedAt, predictedAt }) => predictedAt - capturedAt).sort((a, b) => a - b);
  const rank = (share: number): number | null => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? null;
  return { rate: { frames: frames / seconds, predictions: lately.length / seconds }, delayMs: { p50: rank(0.5), p99: rank(0.99) } };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
