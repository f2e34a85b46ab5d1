import type { Properties } from '../config/index.js';
import type { Log } from '../log/log.js';
import { openRegistry } from '../serde/open-registry.js';
import { systemClock, type Clock } from '../time/clock.js';
import { ConfigProviders } from './config-providers.js';
import type { ConnectorPlugin } from './connector.js';
import { Herder } from './herder.js';
import { Loggers } from './loggers.js';
import { Plugins } from './plugins.js';
import { ConfigStore } from './state/config-store.js';
import { OffsetStore } from './state/offset-store.js';
import { StatusStore } from './state/status-store.js';
import { workerConfig } from './worker-config.js';
import { Worker } from './worker.js';
import type { WorkerSurroundings } from './worker-surroundings.js';

export interface ConnectWorkerOptions {
  readonly log: Log;
  /** What connectors there are. */
  readonly connectors: readonly ConnectorPlugin[];
  /** Worker keys (`workerConfig`) and defaults of converters. */
  readonly properties?: Properties;
  /** Shown in states; host:port of the REST interface. A function is asked each time. */
  readonly id?: string | (() => string);
  readonly clock?: Clock;
  /** Receives the log lines; default: nothing is written. */
  readonly write?: (line: string) => void;
}

/** `starting` until the topics are read and the group is joined, `unhealthy` once the group goes on without this worker. */
export type Health = 'starting' | 'healthy' | 'unhealthy';

/** A worker of a Connect cluster: the only one on an embedded log, one of a group on Kafka. Everything it knows lies in topics of the log. */
export interface ConnectWorker {
  readonly herder: Herder;
  health(): Health;
  /** Rejects when the group goes on without this worker for good, such as on an embedded log that another process works on; never resolves. */
  readonly lost: Promise<never>;
  /** Resolves when what was asked for has been begun here. */
  settled(): Promise<void>;
  /** Stops tasks after a last commit, and leaves the group. */
  stop(): Promise<void>;
}

/** A worker and how to start it, for those that answer requests meanwhile. `start` is called once, and stops what it began where it fails. */
export interface NewConnectWorker extends ConnectWorker {
  start(): Promise<void>;
}

/** Starts a worker. Throws HW_CONFIG. */
export async function startConnectWorker(options: ConnectWorkerOptions): Promise<ConnectWorker> {
  const worker = newConnectWorker(options);
  await worker.start();
  return worker;
}

/** Makes a worker that does nothing yet. Throws HW_CONFIG. */
export function newConnectWorker(options: ConnectWorkerOptions): NewConnectWorker {
  const { log, clock = systemClock, properties = {} } = options;
  const config = workerConfig.parse(properties);
  const defaults = Object.fromEntries(
    ['key', 'value', 'header'].map((side) => [`${side}.converter`, config[`${side}.converter` as 'key.converter']]),
  );
  const registry = openRegistry(log, config['schema.registry.url'] ?? undefined);
  const loggers = new Loggers(options.write ?? (() => undefined), () => clock.now());
  const configs = new ConfigStore(log, config['config.storage.topic'], clock, {
    changed: () => worker.reconcile(),
    restart: (request) => worker.restart(request),
    setLogLevel: (logger, level) => void loggers.set(logger, level),
  });
  const { id = 'worker' } = options;
  const at: WorkerSurroundings = {
    get id() {
      return typeof id === 'string' ? id : id();
    },
    log,
    clock,
    plugins: new Plugins(options.connectors),
    providers: new ConfigProviders(properties),
    registry,
    config,
    properties: { ...defaults, ...properties },
    loggers,
    configs,
    statuses: new StatusStore(log, config['status.storage.topic'], clock),
    offsets: new OffsetStore(log, config['offset.storage.topic'], clock),
  };
  let health: Health = 'starting';
  let lose: (reason: unknown) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  lost.catch(() => undefined);
  const worker = new Worker(at, (reason) => {
    health = 'unhealthy';
    lose(reason);
  });
  const stop = async (): Promise<void> => {
    await worker.stop();
    await Promise.all([at.configs.close(), at.statuses.close(), at.offsets.close(), registry.close()]);
  };
  return {
    herder: new Herder(at, worker),
    health: () => health,
    lost,
    async start() {
      const idle = Object.keys(properties).filter((key) => !isWorkerKey(key));
      if (idle.length > 0) {
        loggers.named('org.apache.kafka.connect.runtime.WorkerConfig').warn(`worker keys without effect here: ${idle.join(', ')}`);
      }
      try {
        await Promise.all([at.configs.open(), at.statuses.open(), at.offsets.open()]);
        await worker.start();
        health = 'healthy';
      } catch (reason) {
        await stop();
        throw reason;
      }
    },
    settled: () => worker.settled(),
    stop,
  };
}

function isWorkerKey(key: string): boolean {
  return key in workerConfig.keys || /^(key|value|header)\.converter\.|^config\.providers(\.|$)/.test(key);
}
