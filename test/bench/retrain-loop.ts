import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import {
  FeatureEvent,
  joinLabels,
  LabelEvent,
  ModelEvent,
  MODELS_TOPIC,
  openLog,
  predict,
  PredictionEvent,
  readRecords,
  retrain,
  Runtime,
  topicWriter,
  topology,
  type App,
  type HeadVersion,
  type Log,
} from '../../src/index.js';

/** Feature vectors with labels, row by row. */
export interface LabelledRows {
  /** rows x width, row-major. */
  readonly x: Float32Array;
  readonly width: number;
  readonly labels: readonly string[];
}

/** Milliseconds between the vectors that ask who predicts. */
const ASK_EVERY_MS = 25;

const predicting = topology('predicting', ({ source, sink, models }) => {
  sink('predictions', PredictionEvent, source('features', FeatureEvent).pipe(predict(models.head('occupied'))));
});

/** The loop on an embedded log of its own, in which each measurement is a region of its own. */
export class RetrainLoop {
  readonly #stop = new AbortController();
  readonly #seen = new Map<string, string>();
  #following!: Promise<void>;
  #regions = 0;

  private constructor(
    private readonly log: Log,
    private readonly folder: string,
    private readonly runtime: Runtime,
    private readonly apps: readonly App[],
    private readonly rows: LabelledRows,
  ) {}

  /** Trains a region at half of the `labels` and at the last of them, by a search over `penalties` on forward-chaining folds. */
  static async open(rows: LabelledRows, labels: number, penalties: readonly number[], folds: number): Promise<RetrainLoop> {
    const folder = await mkdtemp(path.join(tmpdir(), 'headwater-bench-'));
    const log = await openLog(folder);
    const runtime = await Runtime.open({ log });
    const training = topology('training', ({ source, sink }) => {
      const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'examples' }));
      sink(
        MODELS_TOPIC,
        ModelEvent,
        examples.pipe(retrain({ head: 'occupied', every: labels / 2, penalties, folds, gate: { confidence: 0 } })),
      );
    });
    const apps = [await runtime.run(predicting), await runtime.run(training)];
    const loop = new RetrainLoop(log, folder, runtime, apps, rows);
    loop.#following = loop.#follow();
    return loop;
  }

  /** Milliseconds from the writing of the last of `labels` labels to the reading of the first committed prediction by the head that it trained. */
  async measure(labels: number): Promise<{ readonly ms: number; readonly head: HeadVersion }> {
    const region = `r${this.#regions++}`;
    const key = `bench/${region}`;
    await this.#writeFeatures(region, 0, labels);
    await this.#writeLabels(region, 0, labels - 1);
    const champion = (): HeadVersion | undefined => this.runtime.modelRegistry.champions.get(`occupied@${key}`);
    while (!(await this.#idle()) || champion() === undefined) await pause(5);
    const before = champion()!.version;

    const start = performance.now();
    await this.#writeLabels(region, labels - 1, labels);
    for (let asked = labels; (this.#seen.get(key) ?? before) === before; asked++) {
      await this.#writeFeatures(region, asked, asked + 1);
      await pause(ASK_EVERY_MS);
      if (performance.now() - start > 120_000) throw new Error(`no head has replaced ${before}: it was refused`);
    }
    const ms = performance.now() - start;
    while (!(await this.#idle())) await pause(5);
    return { ms, head: champion()! };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    for (const app of this.apps) await app.stop();
    await this.runtime.close();
    await this.log.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #idle(): Promise<boolean> {
    return (await Promise.all(this.apps.map((app) => app.idle()))).every(Boolean) && (await this.runtime.modelRegistry.upToDate());
  }

  async #writeFeatures(region: string, from: number, to: number): Promise<void> {
    const { x, width, labels } = this.rows;
    const records = range(from, to).map((at) => {
      const row = at % labels.length;
      const features = x.slice(row * width, (row + 1) * width);
      const frame = { topic: 'camera-frames', partition: 0, offset: at };
      const value: FeatureEvent = { ...about(region, at), featurizer: 'bench', features, classes: [], frame };
      return { key: `bench/${region}`, value, timestamp: value.capturedAt };
    });
    await this.#writer('features', FeatureEvent)(records);
  }

  async #writeLabels(region: string, from: number, to: number): Promise<void> {
    const records = range(from, to).map((at) => {
      const { capturedAt, ...rest } = about(region, at);
      const value: LabelEvent = {
        ...rest,
        capturedAt,
        label: this.rows.labels[at]!,
        source: 'bench',
        predictionId: null,
        labelledAt: capturedAt,
      };
      return { key: `bench/${region}`, value, timestamp: capturedAt };
    });
    await this.#writer('labels', LabelEvent)(records);
  }

  #writer<T>(topic: string, format: Parameters<typeof topicWriter<T>>[0]['format']) {
    const { log, registry } = this.runtime;
    return topicWriter({ log, registry, topic, format });
  }

  /** Notes which version has made the newest prediction of each region; before it has one, the featurizer's own classifier answers. */
  async #follow(): Promise<void> {
    const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry: this.runtime.registry });
    for await (const { value } of readRecords(this.log, 'predictions', { follow: true, signal: this.#stop.signal })) {
      const { camera, region, head } = await serde.deserialize(value);
      if (head.name === 'occupied') this.#seen.set(`${camera}/${region}`, head.version);
    }
  }
}

/** A frame every two seconds, so that the default gap leaves neighbours out. */
function about(region: string, at: number) {
  return { camera: 'bench', region, capturedAt: at * 2000 };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
