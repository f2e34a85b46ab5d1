import { reasonOf } from '../errors.js';
import type { FramePosition } from '../events/frame-position.js';
import { LabelEvent } from '../events/label-event.js';
import { PredictionEvent } from '../events/prediction-event.js';
import type { Log } from '../log/log.js';
import { HEAD_METRICS_TOPIC, HeadMetrics } from '../loop/progress.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';
import { systemClock, type Clock } from '../time/clock.js';
import { followTopic } from './follow-topic.js';
import { Newest, setNewest } from './newest.js';

/** The newest frame of a camera that has predictions. */
export interface LatestFrame {
  readonly frame: FramePosition;
  readonly capturedAt: number;
  /** By region. */
  readonly predictions: ReadonlyMap<string, PredictionEvent>;
}

/** What is remembered; a log may have more cameras, heads and labels than anybody looks at. */
const limits = { predictions: 2000, cameras: 64, regions: 256, truths: 10_000, labelNames: 12, heads: 256, points: 300 } as const;

/** Follows a log's predictions, labels and head metrics, and remembers the newest of them; needs no app in this process. */
export class LogWatch {
  readonly #predictions = new Newest<PredictionEvent>(limits.predictions);
  readonly #frames = new Map<string, LatestFrame & { readonly predictions: Map<string, PredictionEvent> }>();
  readonly #truths = new Map<string, string>();
  readonly #labelNames = new Map<string, true>();
  readonly #progress = new Map<string, Newest<HeadMetrics>>();
  readonly #problems = new Map<string, string>();
  readonly #closing = new AbortController();
  readonly #following: Promise<unknown>;

  constructor(
    private readonly log: Log,
    private readonly registry: SchemaRegistry,
    private readonly clock: Clock = systemClock,
  ) {
    this.#following = Promise.all([
      this.#follow('predictions', PredictionEvent, 500, (prediction) => this.#onPrediction(prediction)),
      this.#follow('labels', LabelEvent, 2000, (label) => this.#onLabel(label)),
      this.#follow(HEAD_METRICS_TOPIC, HeadMetrics, 2000, (metrics) => this.#onProgress(metrics)),
    ]);
  }

  /** Oldest first. */
  get predictions(): readonly PredictionEvent[] {
    return this.#predictions.values;
  }

  /** By camera, the one that was quiet for longest first. */
  get frames(): ReadonlyMap<string, LatestFrame> {
    return this.#frames;
  }

  /** Names of labels that were given lately. */
  get labelNames(): string[] {
    return [...this.#labelNames.keys()].sort();
  }

  /** How heads did, by head id, oldest figure first. */
  get progress(): ReadonlyMap<string, readonly HeadMetrics[]> {
    return new Map([...this.#progress].map(([head, { values }]) => [head, values]));
  }

  /** What keeps a topic from being read, by topic. */
  get problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  /** The label that was given for what a prediction is about, if it is remembered. */
  truth({ camera, region, capturedAt }: Pick<PredictionEvent, 'camera' | 'region' | 'capturedAt'>): string | undefined {
    return this.#truths.get(sighting(camera, region, capturedAt));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  #follow<T>(topic: string, format: Format<T>, newest: number, onValue: (value: T) => void): Promise<void> {
    const { log, registry, clock } = this;
    const serde = format.bind({ topic, side: 'value', registry });
    const onProblem = (reason: string | undefined): void => {
      if (reason === undefined) this.#problems.delete(topic);
      else this.#problems.set(topic, reason);
    };
    return followTopic(log, topic, {
      newest,
      clock,
      signal: this.#closing.signal,
      onProblem,
      onRecord: async ({ value }) => {
        try {
          onValue(await serde.deserialize(value));
          onProblem(undefined);
        } catch (reason) {
          onProblem(reasonOf(reason)); // a record that does not fit is somebody else's to mend; the next one is looked at
        }
      },
    });
  }

  #onPrediction(prediction: PredictionEvent): void {
    this.#predictions.push(prediction);
    const { camera, region, capturedAt, frame } = prediction;
    const latest = this.#frames.get(camera);
    if (latest && samePlace(latest.frame, frame)) {
      if (latest.predictions.size < limits.regions) latest.predictions.set(region, prediction);
    } else if (!latest || capturedAt >= latest.capturedAt) {
      setNewest(this.#frames, camera, { frame, capturedAt, predictions: new Map([[region, prediction]]) }, limits.cameras);
    }
  }

  #onLabel({ camera, region, capturedAt, label }: LabelEvent): void {
    setNewest(this.#truths, sighting(camera, region, capturedAt), label, limits.truths);
    setNewest(this.#labelNames, label, true, limits.labelNames);
  }

  #onProgress(metrics: HeadMetrics): void {
    const points = this.#progress.get(metrics.head) ?? new Newest<HeadMetrics>(limits.points);
    points.push(metrics);
    setNewest(this.#progress, metrics.head, points, limits.heads);
  }
}

export function samePlace(one: FramePosition, other: FramePosition): boolean {
  return one.topic === other.topic && one.partition === other.partition && one.offset === other.offset;
}

function sighting(camera: string, region: string, capturedAt: number): string {
  return JSON.stringify([camera, region, capturedAt]);
}
