import { fileBlobs, type BlobLoader } from '../image/blob-loader.js';
import type { CameraDirectory } from '../image/region.js';
import type { Delivery, Lease, Log, Membership, TopicSpec } from '../log/log.js';
import type { Models } from '../loop/models.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { systemClock, type Clock } from '../time/clock.js';
import { createAppTopics } from './app-topics.js';
import { blueprint, type Blueprint } from './blueprint.js';
import { AppMetrics } from './metrics.js';
import { Task, type ErrorPolicy, type TaskEnvironment } from './task.js';
import type { Topology } from './topology.js';
import { workedOff } from './worked-off.js';

export interface AppOptions {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly models: Models;
  readonly cameras: CameraDirectory;
  /** Default: none can be loaded. */
  readonly blobs?: BlobLoader;
  /** The application id: consumer group, prefix of changelog topics and of transactional ids. Default: the topology's name. */
  readonly app?: string;
  /** Default `exactly-once`. */
  readonly delivery?: Delivery;
  /** What becomes of records that fail. Default `dead-letter`. */
  readonly onError?: ErrorPolicy;
  /** Default: the app's id and `-dead-letter`. */
  readonly deadLetterTopic?: string;
  /** Largest slice of an epoch. Default 128 records or 16 MiB, whichever comes first. */
  readonly slice?: { readonly records?: number; readonly bytes?: number };
  /** Longest time for one epoch in milliseconds. Default 300,000. */
  readonly epochTimeoutMs?: number;
  /** How topics are made that do not exist yet. An output without a specification is partitioned as the inputs; an input without one must exist. */
  readonly topics?: readonly TopicSpec[];
  readonly clock?: Clock;
}

/**
 * A topology running as a member of its consumer group: one task per partition number that the group assigns to this process.
 *
 * @throws HW_TOPIC_UNKNOWN, HW_NOT_COPARTITIONED, HW_TOPOLOGY_INVALID on start
 */
export class App {
  /** Resolves when the app has stopped; rejects with what ended it. */
  readonly done: Promise<void>;
  readonly #tasks = new Map<Lease, { readonly task: Task; readonly ended: Promise<void> }>();
  #membership: Membership | undefined;
  #end!: { resolve: () => void; reject: (reason: unknown) => void };
  #stopping: Promise<void> | undefined;

  private constructor(
    readonly blueprint: Blueprint,
    readonly metrics: AppMetrics,
    private readonly inputs: { readonly log: Log; readonly group: string; readonly partitions: number },
    readonly deadLetterTopic: string,
  ) {
    this.done = new Promise((resolve, reject) => (this.#end = { resolve, reject }));
    this.done.catch(() => undefined); // who starts an app may look at `done` later
  }

  static async start(topology: Topology, options: AppOptions): Promise<App> {
    const { log, delivery = 'exactly-once', app: group = topology.name } = options;
    const env: TaskEnvironment = {
      app: group,
      topology,
      log,
      registry: options.registry,
      models: options.models,
      cameras: options.cameras,
      blobs: options.blobs ?? fileBlobs(undefined),
      clock: options.clock ?? systemClock,
      metrics: new AppMetrics(),
      onError: options.onError ?? 'dead-letter',
      deadLetterTopic: options.deadLetterTopic ?? `${group}-dead-letter`,
      slice: { records: 128, bytes: 16 * 1024 * 1024, ...options.slice },
      epochTimeoutMs: options.epochTimeoutMs ?? 300_000,
    };
    const drawn = blueprint(topology, options.models, group);
    const { deadLetterTopic, metrics } = env;
    const partitions = await createAppTopics(drawn, { log, app: group, deadLetterTopic, specs: options.topics ?? [] });
    const app = new App(drawn, metrics, { log, group, partitions }, deadLetterTopic);
    app.#membership = await log.join({
      group,
      topics: app.blueprint.sources,
      delivery,
      onAssigned: (lease) => app.#begin(new Task(env, lease), lease),
      onError: (reason) => void app.#close(reason),
    });
    return app;
  }

  /** The application id. */
  get name(): string {
    return this.inputs.group;
  }

  /** The partition numbers that the group has given to this process, ascending; none once it has stopped. */
  get assigned(): number[] {
    return [...this.#tasks.keys()].map(({ partition }) => partition).sort((a, b) => a - b);
  }

  /** Finishes the epochs in work, commits them and leaves the group. */
  stop(): Promise<void> {
    return this.#close();
  }

  /** Whether the group has worked off all that is committed in its inputs; false while this process has no task. */
  async idle(): Promise<boolean> {
    const tasks = [...this.#tasks.values()].map(({ task }) => task);
    if (tasks.length === 0 || tasks.some(({ busy }) => busy)) return false; // busy is free to ask, the log is not
    const own = new Set([...this.#tasks.keys()].map(({ partition }) => partition));
    const idle = await Promise.all(tasks.map((task) => task.idle()));
    if (!idle.every(Boolean)) return false;
    const { log, group, partitions } = this.inputs;
    return own.size === partitions || (await workedOff(log, { group, topics: this.blueprint.sources, besides: own }));
  }

  #begin(task: Task, lease: Lease): void {
    const ended = task.run().then(
      () => void this.#tasks.delete(lease),
      (reason: unknown) => {
        this.#tasks.delete(lease);
        void this.#close(reason);
      },
    );
    this.#tasks.set(lease, { task, ended });
  }

  #close(reason?: unknown): Promise<void> {
    this.#stopping ??= (async () => {
      const running = [...this.#tasks.values()];
      for (const { task } of running) task.stop();
      await Promise.all(running.map(({ ended }) => ended));
      await this.#membership?.leave();
      if (reason === undefined) this.#end.resolve();
      else this.#end.reject(reason);
    })();
    return this.#stopping;
  }
}
