import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';

import {
  FeatureEvent,
  Head,
  ModelEvent,
  modelKey,
  MODELS_TOPIC,
  predict,
  PredictionEvent,
  readRecords,
  regionKey,
  Runtime,
  topicWriter,
  topology,
  type App,
  type Log,
  type ModelAlias,
  type ModelVersion,
  type StreamRecord,
} from '../../src/index.js';
import { registered } from './registered.js';

const width = 1280;
const regions = ['north', 'east', 'south', 'west'];

/**
 * Feature vectors written at an even pace, and predicted by a head whose champion can be swapped meanwhile. Every prediction is checked: one for each
 * vector, and one version for each batch. What breaks that is thrown by `run`.
 */
export class HeadLoad {
  swaps = 0;
  readonly #open = new Map<number, number>();
  readonly #batchOf = new Map<number, number>();
  readonly #versionOf = new Map<number, string>();
  readonly #stop = new AbortController();
  readonly #problems: string[] = [];
  #histogram: RecordableHistogram = createHistogram();
  #app!: App;
  #following!: Promise<void>;
  #written = 0;
  #batches = 0;

  private constructor(
    private readonly log: Log,
    private readonly runtime: Runtime,
    private readonly versions: readonly ModelVersion[],
  ) {}

  /** On a log of its own; the registry holds so many versions, and the first is champion. */
  static async open(log: Log, versions = 8): Promise<HeadLoad> {
    for (const name of ['features', 'predictions']) await log.createTopics([{ name, partitions: 4, retentionBytes: 16 << 20 }]);
    const runtime = await Runtime.open({ log });
    const load = new HeadLoad(
      log,
      runtime,
      Array.from({ length: versions }, (_, index) => registered(madeUp(index))),
    );
    await load.#register(load.versions);
    await load.swap();
    const scoring = topology('scoring', ({ source, sink, models }) => {
      sink('predictions', PredictionEvent, source('features', FeatureEvent).pipe(load.#mark(), predict(models.head('occupied'))));
    });
    load.#app = await runtime.run(scoring);
    load.#following = load.#follow();
    return load;
  }

  /** Promotes the next version and resolves when it serves: the registry loads it, since no alias has stood for it for a while. */
  async swap(): Promise<void> {
    const champion = this.versions[this.swaps % this.versions.length]!;
    const replaced = this.runtime.modelRegistry.champions.get('occupied')?.version;
    const point = (alias: ModelAlias['alias'], version: string): ModelAlias => {
      return {
        kind: 'alias',
        head: 'occupied',
        alias,
        version,
        reason: 'swap',
        since: this.swaps,
        ...(replaced && { replaces: replaced }),
      };
    };
    await this.#register([...(replaced ? [point('previous', replaced)] : []), point('champion', champion.version)]);
    while (this.runtime.modelRegistry.champions.get('occupied')?.version !== champion.version) await pause(1);
    this.swaps += 1;
  }

  /**
   * Writes so many batches of one vector a region, one every `intervalMs`, and waits for their predictions: milliseconds from the writing of a vector to the
   * reading of its committed prediction, at the 99th percentile. Throws where a prediction is lost, repeated or mixed.
   */
  async run(batches: number, intervalMs: number): Promise<number> {
    this.#histogram = createHistogram();
    const { log, registry } = this.runtime;
    const write = topicWriter({ log, registry, topic: 'features', format: FeatureEvent });
    const began = performance.now();
    for (let batch = 0; batch < batches; batch++) {
      await pause(Math.max(0, began + batch * intervalMs - performance.now()));
      const vectors = regions.map((region) => this.#vector(region));
      for (const { frame } of vectors) this.#open.set(frame.offset, performance.now());
      await write(vectors.map((value) => ({ key: regionKey(value.camera, value.region), value, timestamp: value.capturedAt })));
    }
    for (let waited = 0; this.#open.size > 0 && waited < 30_000; waited += 5) await pause(5);
    if (this.#open.size > 0) this.#problems.push(`${this.#open.size} of ${batches * regions.length} predictions are lost`);
    if (this.#problems.length > 0) throw new Error(this.#problems.join('; '));
    return this.#histogram.percentile(99) / 1000;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    await this.#app.stop();
    await this.runtime.close();
  }

  #vector(region: string): FeatureEvent {
    const offset = this.#written++;
    const features = Float32Array.from({ length: width }, (_, at) => Math.sin(offset + at));
    return {
      camera: 'gate',
      region,
      capturedAt: offset,
      featurizer: 'bench',
      features,
      classes: [],
      frame: { topic: 'x', partition: 0, offset },
    };
  }

  /** Notes which batch, an epoch's slice, each vector was predicted in. */
  #mark(): MonoTypeOperatorFunction<StreamRecord<string, FeatureEvent>> {
    return (source) =>
      defer(() => {
        const batch = this.#batches++;
        return source.pipe(tap(({ value }) => void this.#batchOf.set(value.frame.offset, batch)));
      });
  }

  async #follow(): Promise<void> {
    const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry: this.runtime.registry });
    for await (const { value } of readRecords(this.log, 'predictions', { follow: true, signal: this.#stop.signal })) {
      const { frame, head } = await serde.deserialize(value);
      const written = this.#open.get(frame.offset);
      if (written === undefined) this.#problems.push(`vector ${frame.offset} is predicted twice`);
      else this.#histogram.record(Math.max(1, Math.round((performance.now() - written) * 1000)));
      this.#open.delete(frame.offset);
      const batch = this.#batchOf.get(frame.offset)!;
      this.#batchOf.delete(frame.offset);
      const version = this.#versionOf.get(batch);
      if (version !== undefined && version !== head.version) this.#problems.push(`a batch is predicted by ${version} and ${head.version}`);
      this.#versionOf.set(batch, head.version);
      if (this.#versionOf.size > 1000) this.#versionOf.delete(this.#versionOf.keys().next().value!);
    }
  }

  async #register(events: readonly ModelEvent[]): Promise<void> {
    const { log, registry } = this.runtime;
    await topicWriter({ log, registry, topic: MODELS_TOPIC, format: ModelEvent })(events.map((value) => ({ key: modelKey(value), value })));
  }
}

function madeUp(seed: number): Head {
  const coefficients = Float64Array.from({ length: width }, (_, at) => Math.cos(seed * width + at));
  return new Head({ name: 'occupied', labels: ['clear', 'occupied'], width, coefficients, intercepts: Float64Array.of(0) });
}
