import type { Properties } from '../config/index.js';
import type { Log } from '../log/log.js';
import { openRegistry } from '../serde/open-registry.js';
import { systemClock, type Clock } from '../time/clock.js';
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
  /** Shown in states; host:port of the REST interface. */
  readonly id?: string;
  readonly clock?: Clock;
  /** Receives the log lines; default: nothing is written. */
  readonly write?: (line: string) => void;
}

/** A worker of a Connect cluster: the only one on an embedded log, one of a group on Kafka. Everything it knows lies in topics of the log. */
export interface ConnectWorker {
  readonly herder: Herder;
  /** Resolves when what was asked for has been begun here. */
  settled(): Promise<void>;
  /** Stops tasks after a last commit, and leaves the group. */
  stop(): Promise<void>;
}

/** Starts a worker. Throws HW_CONFIG. */
export async function startConnectWorker(options: ConnectWorkerOptions): Promise<ConnectWorker> {
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
  const at: WorkerSurroundings = {
    id: options.id ?? 'worker',
    log,
    clock,
    plugins: new Plugins(options.connectors),
    registry,
    config,
    properties: { ...defaults, ...properties },
    loggers,
    configs,
    statuses: new StatusStore(log, config['status.storage.topic'], clock),
    offsets: new OffsetStore(log, config['offset.storage.topic'], clock),
  };
  const worker = new Worker(at);
  const stop = async (): Promise<void> => {
    await worker.stop();
    await Promise.all([at.configs.close(), at.statuses.close(), at.offsets.close(), registry.close()]);
  };
  try {
    await Promise.all([at.configs.open(), at.statuses.open(), at.offsets.open()]);
    await worker.start();
  } catch (reason) {
    await stop();
    throw reason;
  }
  return { herder: new Herder(at, worker), settled: () => worker.settled(), stop };
}
