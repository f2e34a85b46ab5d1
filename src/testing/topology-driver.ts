import { setTimeout as pause } from 'node:timers/promises';

import type { Camera } from '../image/region.js';
import { MemoryLog } from '../log/memory-log.js';
import type { Models } from '../loop/models.js';
import type { Header } from '../record.js';
import { LogRegistry } from '../serde/log-registry.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';
import { text } from '../serde/text.js';
import { App, type AppOptions } from '../topology/app.js';
import { blueprint } from '../topology/blueprint.js';
import type { Topology } from '../topology/topology.js';
import { TestClock } from './test-clock.js';

export interface DriverOptions extends Partial<Pick<AppOptions, 'app' | 'delivery' | 'onError' | 'slice' | 'epochTimeoutMs' | 'blobs'>> {
  /** Heads and featurizers; none by default. */
  readonly models?: Models;
  readonly cameras?: readonly Camera[];
  /** Partitions of every topic. Default 1. */
  readonly partitions?: number;
}

/** A record to pipe in. */
export interface TestInput<V> {
  readonly key?: string;
  readonly value: V;
  /** Event time; the driver's clock when absent. */
  readonly timestamp?: number;
}

/** A record that came out. */
export interface TestOutput<V> {
  readonly key: string;
  readonly value: V;
  readonly timestamp: number;
  readonly partition: number;
  readonly headers: readonly Header[];
}

/**
 * Runs a topology on a memory log with a clock that you advance: Kafka Streams' TopologyTestDriver. What runs is the real runtime with its epochs,
 * stores, dead letters and commits.
 *
 * @example
 * const driver = await TopologyDriver.start(counting);
 * await driver.pipe('numbers', json<number>(), [{ key: 'a', value: 1 }]);
 * expect(await driver.read('counts', json<number>())).toMatchObject([{ key: 'a', value: 1 }]);
 */
export class TopologyDriver {
  readonly clock = new TestClock();
  readonly log = new MemoryLog({ clock: this.clock });
  readonly registry: SchemaRegistry = new LogRegistry(this.log);
  #app!: App;

  private constructor(
    private readonly topology: Topology,
    private readonly options: DriverOptions,
  ) {}

  static async start(topology: Topology, options: DriverOptions = {}): Promise<TopologyDriver> {
    const driver = new TopologyDriver(topology, options);
    const { partitions = 1, models = noModels } = options;
    const { sources, repartitions } = blueprint(topology, models, options.app);
    const inputs = sources.filter((name) => !repartitions.includes(name));
    await driver.log.createTopics(inputs.map((name) => ({ name, partitions })));
    await driver.#start();
    return driver;
  }

  get app(): App {
    return this.#app;
  }

  /** Appends records to a topic, in one step, and waits until the topology has worked them off. */
  async pipe<V>(topic: string, format: Format<V>, inputs: readonly TestInput<V>[]): Promise<void> {
    await this.append(topic, format, inputs);
    await this.settle();
  }

  /** Appends records without waiting. */
  async append<V>(topic: string, format: Format<V>, inputs: readonly TestInput<V>[]): Promise<void> {
    const serde = format.bind({ topic, side: 'value', registry: this.registry });
    const records = inputs.map(async ({ key, value, timestamp = this.clock.now() }) => ({
      topic,
      key: key === undefined ? null : Buffer.from(key),
      value: await serde.serialize(value),
      timestamp,
    }));
    await this.log.append(await Promise.all(records));
  }

  /** Waits until the topology has worked off its inputs; rejects when it has failed. */
  async settle(): Promise<void> {
    const failed = this.#app.done.then(() => {
      throw new Error('the app has stopped');
    });
    failed.catch(() => undefined);
    while (!(await Promise.race([this.#app.idle(), failed]))) await pause(1);
  }

  /** All that is committed in a topic, in the order of partitions and offsets. */
  async read<V>(topic: string, format: Format<V>): Promise<TestOutput<V>[]> {
    const value = format.bind({ topic, side: 'value', registry: this.registry });
    const key = text.bind({ topic, side: 'key', registry: this.registry });
    const outputs: TestOutput<V>[] = [];
    for (const { partition, earliest } of await this.log.bounds(topic)) {
      const reader = await this.log.reader([{ topic, partition, offset: earliest }]);
      while (!(await reader.atEnd())) {
        for (const { timestamp, headers, ...record } of await reader.fetch()) {
          outputs.push({
            key: await key.deserialize(record.key),
            value: await value.deserialize(record.value),
            timestamp,
            partition,
            headers,
          });
        }
      }
      await reader.close();
    }
    return outputs;
  }

  /** Moves the clock on and waits until the topology has done what was due. */
  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** Stops the app and starts it again: state comes back from its changelogs. */
  async restart(): Promise<void> {
    await this.#app.stop();
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#app.stop();
    await this.log.close();
  }

  async #start(): Promise<void> {
    const { models = noModels, cameras = [], app, delivery, onError, slice, epochTimeoutMs, blobs } = this.options;
    const known = new Map(cameras.map((camera) => [camera.camera, camera]));
    const { log, registry, clock } = this;
    this.#app = await App.start(this.topology, {
      log,
      registry,
      clock,
      models,
      cameras: { camera: (id) => known.get(id) },
      ...(app !== undefined && { app }),
      ...(delivery !== undefined && { delivery }),
      ...(onError !== undefined && { onError }),
      ...(slice !== undefined && { slice }),
      ...(epochTimeoutMs !== undefined && { epochTimeoutMs }),
      ...(blobs !== undefined && { blobs }),
    });
  }
}

const noModels: Models = {
  featurizer: (name) => ({ name, apply: () => Promise.reject(new Error(`the driver has no featurizer ${name}: give it models`)) }),
  detector: () => ({ name: 'detector', apply: () => Promise.reject(new Error('the driver has no detector: give it models')) }),
  head: (name) => ({ name, pin: () => ({ headFor: () => undefined }) }),
};
