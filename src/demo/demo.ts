import { LabelEvent } from '../events/label-event.js';
import { PredictionEvent } from '../events/prediction-event.js';
import { readValues } from '../events/read-values.js';
import { topicWriter } from '../events/topic-writer.js';
import type { Camera } from '../image/region.js';
import type { ImageShift } from '../image/shift-image.js';
import { CameraFormat, CAMERAS_TOPIC } from '../loop/camera-table.js';
import { lanes } from '../ml/engines/lane-pool.js';
import type { Runtime } from '../runtime.js';
import type { Format } from '../serde/serde.js';
import { systemClock } from '../time/clock.js';
import type { App } from '../topology/app.js';
import type { Topology } from '../topology/topology.js';
import type { News } from './news.js';
import { Rate } from './rate.js';
import { replaySample } from './replay.js';
import { lapMs, type SampleCamera } from './sample-camera.js';
import { Tally } from './tally.js';
import type { DemoState } from './view.js';

export interface DemoOptions {
  readonly runtime: Runtime;
  readonly sample: SampleCamera;
  /** The one that predicts, then any others, each after those that it reads from. */
  readonly topologies: readonly Topology[];
  /** Who gives the labels: the sample its own, twenty frames late, or one of the topologies. Default `sample`. */
  readonly teacher?: 'sample' | 'topology';
  /**
   * Replays all frames once instead of for ever at their own pace: each as soon as the one before it is predicted and all labels so far are learned from, so
   * that a fast and a slow machine go through the same history.
   */
  readonly once: boolean;
  /** What becomes of the pictures from the second lap on, or from half of a replay that ends. */
  readonly shift?: ImageShift;
  /** Told of by the runtime. */
  readonly news: News;
  readonly signal: AbortSignal;
  /** Where the dashboard is, if there is one. */
  readonly dashboard?: string | undefined;
  /** Called with each app once it runs. */
  readonly onApp?: (app: App) => void;
  /** Called four times a second. */
  readonly onState: (state: DemoState) => void;
}

export interface DemoResult extends DemoState {
  /** That were replayed. */
  readonly frames: number;
  /** Wall time of the replay in seconds. */
  readonly seconds: number;
}

/** Frames by which the sample's labels come late. */
const labelsLate = 20;

/**
 * The main job on the sample camera: replays its frames into the log, runs the topologies on them, follows what they predict, and gives the labels
 * twenty frames late. Each of the sample's labels is written after the prediction of its frame is committed, so no prediction has seen its own label.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { runtime, sample, teacher = 'sample', once, shift, signal, onState } = options;
  const { log, registry } = runtime;
  const clock = systemClock;
  const start = once ? recordedAt : clock.now();
  const half = sample.frames[sample.frames.length >> 1]!;
  const tally = new Tally(sample.camera.regions.length, start + half.offsetMs);
  await introduce(runtime, sample.camera);
  const apps = await runAll(options);
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  const stopped = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
  const state = stateOf(options, apps[0]!, tally);
  const background = [
    follow(runtime, 'predictions', PredictionEvent, ended, (prediction) => tally.onPrediction(prediction)),
    follow(runtime, 'labels', LabelEvent, ended, (label) => tally.onLabel(label)),
    show(state, onState, ended),
  ];

  const began = performance.now();
  const failed = Promise.race(apps.map((app) => app.done)).then(() => undefined);
  const replay = replaySample({
    log,
    registry,
    sample,
    signal: ended,
    labels: teacher === 'sample',
    labelsLate,
    start,
    loop: !once,
    ...(shift && { shift }),
    shiftFrom: start + (once ? half.offsetMs : lapMs(sample)),
    beforeFrame: async (capturedAt) => {
      await (once ? workedOff(runtime, apps, ended) : clock.sleep(capturedAt - clock.now(), ended));
      tally.onFrame(capturedAt);
    },
    beforeLabels: (capturedAt) => Promise.race([tally.predicted(capturedAt), stopped]),
  });
  try {
    await Promise.race([replay, failed]);
    const seconds = (performance.now() - began) / 1000;
    await workedOff(runtime, apps, ended);
    return { ...(await state()), frames: tally.frames, seconds };
  } finally {
    ending.abort();
    await Promise.allSettled([replay, ...background]);
    for (const app of apps) await app.stop();
  }
}

/** When the sample is said to have been taken where it is replayed once, so that a replay gives the same bytes every time. */
const recordedAt = Date.UTC(2026, 0, 1, 12);

/** Writes a camera down and waits until its regions are known. */
async function introduce({ log, registry, cameras }: Runtime, camera: Camera): Promise<void> {
  await topicWriter({ log, registry, topic: CAMERAS_TOPIC, format: CameraFormat })([{ key: camera.camera, value: camera }]);
  while (cameras.camera(camera.camera) === undefined) await systemClock.sleep(10);
}

async function runAll({ runtime, topologies, onApp = () => undefined }: DemoOptions): Promise<App[]> {
  const apps: App[] = [];
  for (const topology of topologies) {
    const app = await runtime.run(topology);
    apps.push(app);
    onApp(app);
  }
  return apps;
}

/** What there is to see, each time it is asked for; `scoring` is the app that predicts. */
function stateOf({ runtime, sample, news, dashboard }: DemoOptions, scoring: App, tally: Tally): () => Promise<DemoState> {
  const { log } = runtime;
  const rate = new Rate();
  return async () => {
    const committed = await log.committed(scoring.blueprint.topology);
    return {
      location: log.name,
      dashboard,
      device: lanes().describe(),
      camera: sample.camera.camera,
      metrics: scoring.metrics,
      tally,
      rate: rate.per(scoring.metrics.recordsIn),
      lag: committed.reduce((sum, { lag }) => sum + lag, 0),
      news,
    };
  };
}

async function show(state: () => Promise<DemoState>, onState: (state: DemoState) => void, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    onState(await state());
    await systemClock.sleep(250, ended);
  }
}

/** Resolves when all that was written is predicted and learned from, and whom it made champion serves. */
async function workedOff({ modelRegistry }: Runtime, apps: readonly App[], ended: AbortSignal): Promise<void> {
  const until = async (done: () => Promise<boolean>): Promise<void> => {
    while (!ended.aborted && !(await done())) await systemClock.sleep(2);
  };
  for (const app of apps) await until(() => app.idle());
  await until(() => modelRegistry.upToDate());
}

async function follow<T>(
  runtime: Runtime,
  topic: string,
  format: Format<T>,
  signal: AbortSignal,
  onValue: (value: T) => void,
): Promise<void> {
  for await (const { value } of readValues(runtime, topic, format, { follow: true, signal })) onValue(value);
}
