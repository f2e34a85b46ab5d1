import type { Log } from '../log/log.js';
import { ConfluentRegistry } from './confluent-registry.js';
import { LogRegistry } from './log-registry.js';
import type { SchemaRegistry } from './registry.js';

/** The registry at `url`, or without one the log's own. */
export function openRegistry(log: Log, url?: string): SchemaRegistry {
  return url === undefined ? new LogRegistry(log) : new ConfluentRegistry(url);
}
