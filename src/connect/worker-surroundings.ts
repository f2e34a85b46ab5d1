import type { Properties } from '../config/index.js';
import { isError } from '../errors.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Clock } from '../time/clock.js';
import type { ConfigProviders } from './config-providers.js';
import type { Loggers } from './loggers.js';
import type { Plugins } from './plugins.js';
import type { ConfigStore } from './state/config-store.js';
import type { OffsetStore } from './state/offset-store.js';
import type { RunState, Status, StatusStore } from './state/status-store.js';
import type { WorkerConfig } from './worker-config.js';

/** What connectors and tasks run in. */
export interface WorkerSurroundings {
  readonly id: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly plugins: Plugins;
  readonly providers: ConfigProviders;
  readonly registry: SchemaRegistry;
  readonly config: WorkerConfig;
  readonly properties: Properties;
  readonly loggers: Loggers;
  readonly configs: ConfigStore;
  readonly statuses: StatusStore;
  readonly offsets: OffsetStore;
}

/** A status of something that runs on this worker. */
export function statusHere(at: WorkerSurroundings, state: RunState, version: string, reason?: unknown): Status {
  return { state, worker_id: at.id, version, ...(reason === undefined ? {} : { trace: traceOf(reason) }) };
}

/** The stack of an error and of its causes, as Java prints it. */
function traceOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const own = reason.stack ?? reason.message;
  return reason.cause === undefined ? own : `${own}\nCaused by: ${traceOf(reason.cause)}`;
}

/** Whether a failure only says that the work belongs to another worker now. */
export function isHandedOver(reason: unknown): boolean {
  return isError(reason, 'HW_LEASE_LOST');
}
