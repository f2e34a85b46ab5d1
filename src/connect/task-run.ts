import { defineConfig, javaRegexForWhole, type Properties } from '../config/index.js';
import type { Lease } from '../log/log.js';
import { reasonOf } from '../errors.js';
import { commonKeys } from './connector-config.js';
import type { ConnectorPlugin } from './connector.js';
import { ErrorHandler, type ErrorPolicy } from './runtime/error-handling.js';
import { RecordConversion } from './runtime/record-conversion.js';
import { SinkTaskRunner } from './runtime/sink-task-runner.js';
import { SourceTaskRunner } from './runtime/source-task-runner.js';
import type { TaskRunner, TaskSetup } from './runtime/task-runner.js';
import { aliases } from './runtime/transformation-chain.js';
import type { TargetState } from './state/config-store.js';
import { isHandedOver, statusHere, type WorkerSurroundings } from './worker-surroundings.js';

export interface TaskRunOptions {
  readonly connector: string;
  readonly id: number;
  readonly config: Properties;
  readonly properties: Properties;
  readonly target: TargetState;
  readonly version: string;
  /** Of the share of work that the task belongs to: what a source commits through, so that an earlier owner cannot. */
  readonly lease: Lease;
}

/** A task on this worker, from its start to its end or failure, with its state in the status topic. */
export class TaskRun {
  readonly version: string;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  readonly #used = new Set<string>();
  #runner: TaskRunner | undefined;
  #target: TargetState;

  constructor(
    private readonly at: WorkerSurroundings,
    private readonly given: TaskRunOptions,
  ) {
    this.version = given.version;
    this.#target = given.target;
    this.#done = this.#run();
  }

  setTarget(target: TargetState): Promise<void> {
    this.#target = target;
    this.#runner?.setPaused(target !== 'STARTED');
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { at, given } = this;
    const { connector, id, lease } = given;
    const logger = at.loggers.named('org.apache.kafka.connect.runtime.WorkerTask');
    let version = '';
    try {
      const plugin = at.plugins.connector(given.config['connector.class'] ?? '');
      version = plugin.version;
      const options = {
        ...given,
        config: await at.providers.resolve(given.config),
        properties: await at.providers.resolve(given.properties),
      };
      this.#runner = await this.#makeRunner(plugin, this.#setup(plugin, options), options);
      this.#runner.setPaused(this.#target !== 'STARTED');
      await this.#runner.run();
    } catch (thrown) {
      if (isHandedOver(thrown) || (lease.signal.aborted && this.#stopping.signal.aborted)) return;
      logger.error(`task ${connector}-${id} failed and stays so until it is restarted: ${reasonOf(thrown)}`);
      await at.statuses.putTask(connector, id, statusHere(at, 'FAILED', version, thrown));
    }
  }

  #setup(plugin: ConnectorPlugin, { connector, id, config, properties }: TaskRunOptions): TaskSetup {
    const { at } = this;
    const logger = at.loggers.named(`org.apache.kafka.connect.runtime.Worker${plugin.type === 'source' ? 'Source' : 'Sink'}Task`);
    const errors = new ErrorHandler(errorPolicy(config, plugin), { connector, id }, at.log, logger, at.clock, this.#stopping.signal);
    return {
      connector,
      id,
      taskClass: properties['task.class'] ?? plugin.className,
      properties,
      log: at.log,
      clock: at.clock,
      logger,
      errors,
      conversion: new RecordConversion(config, at.properties, at.plugins, at.registry, errors),
      signal: this.#stopping.signal,
      topicUsed: (topic) => {
        if (this.#used.has(topic) || !at.config['topic.tracking.enable']) return;
        this.#used.add(topic);
        at.statuses.addTopic(connector, topic, id).catch((thrown: unknown) => logger.warn(reasonOf(thrown)));
      },
      stateChanged: (state) => {
        at.statuses.putTask(connector, id, statusHere(at, state, plugin.version)).catch((thrown: unknown) => logger.warn(reasonOf(thrown)));
      },
    };
  }

  async #makeRunner(plugin: ConnectorPlugin, setup: TaskSetup, { connector, config, lease }: TaskRunOptions): Promise<TaskRunner> {
    const { at } = this;
    const intervalMs = at.config['offset.flush.interval.ms'];
    if (plugin.type === 'sink') {
      await createDeadLetterTopic(at, config);
      return new SinkTaskRunner(plugin.task(), {
        ...setup,
        group: sinkGroup(connector),
        topics: () => sinkTopics(at, config),
        commitIntervalMs: intervalMs,
      });
    }
    const keys = commonKeys({ plugins: at.plugins, version: plugin.version, converters: null, type: 'source' });
    const own = defineConfig(keys).parse({ name: connector, ...config });
    return new SourceTaskRunner(plugin.task(), {
      ...setup,
      readOffset: (partition) => Promise.resolve(at.offsets.get(connector, partition)),
      commit: async (records, offsets) => {
        const stored = offsets.map(({ partition, offset }) => at.offsets.record(connector, partition, offset));
        const appended = await lease.commit({ records: [...records, ...stored], offsets: [] });
        return appended.slice(0, records.length);
      },
      boundary: (own['transaction.boundary'] as string).toLowerCase() as 'poll' | 'interval' | 'connector',
      intervalMs: (own['transaction.boundary.interval.ms'] as number | null) ?? intervalMs,
      newTopicPartitions: own['topic.creation.default.partitions'] as number,
    });
  }
}

/** The consumer group of a sink connector. */
export function sinkGroup(connector: string): string {
  return `connect-${connector}`;
}

function errorPolicy(config: Properties, plugin: ConnectorPlugin): ErrorPolicy {
  const deadLetterTopic = plugin.type === 'sink' ? (config['errors.deadletterqueue.topic.name'] ?? '') : '';
  return {
    tolerance: config['errors.tolerance'] === 'all' ? 'all' : 'none',
    timeoutMs: Number(config['errors.retry.timeout'] ?? 0),
    maxDelayMs: Number(config['errors.retry.delay.max.ms'] ?? 60_000),
    logErrors: config['errors.log.enable'] === 'true',
    logRecords: config['errors.log.include.messages'] === 'true',
    deadLetterHeaders: config['errors.deadletterqueue.context.headers.enable'] === 'true',
    ...(deadLetterTopic === '' ? {} : { deadLetterTopic }),
  };
}

async function sinkTopics(at: WorkerSurroundings, config: Properties): Promise<readonly string[]> {
  const regex = config['topics.regex'] ?? '';
  if (regex === '') return aliases(config.topics);
  const whole = javaRegexForWhole(regex);
  return (await at.log.topics()).map(({ name }) => name).filter((name) => whole.test(name));
}

async function createDeadLetterTopic(at: WorkerSurroundings, config: Properties): Promise<void> {
  const name = config['errors.deadletterqueue.topic.name'] ?? '';
  if (name !== '') await at.log.createTopics([{ name, partitions: 1 }]);
}
