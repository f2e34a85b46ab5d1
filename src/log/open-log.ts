import { error } from '../errors.js';
import type { KafkaOptions } from './kafka/kafka-options.js';
import type { LocalLogOptions } from './local-log.js';
import type { Log } from './log.js';
import { MemoryLog } from './memory-log.js';

/** Options of each kind of log; those of the other kinds are ignored. */
export interface OpenLogOptions extends LocalLogOptions {
  readonly kafka?: KafkaOptions;
}

/** Opens the log at a location: `memory:`, a directory, or `kafka://HOST:PORT[,HOST:PORT]`. Throws HW_LOG_LOCATION and what opening that log throws. */
export async function openLog(location: string, options: OpenLogOptions = {}): Promise<Log> {
  if (location === 'memory:') return new MemoryLog(options);
  const brokers = /^kafka:\/\/([^/,]+:\d+(?:,[^/,]+:\d+)*)\/?$/.exec(location)?.[1];
  if (brokers !== undefined) {
    const { KafkaLog } = await import('./kafka/kafka-log.js');
    return KafkaLog.connect(brokers.split(','), options.kafka);
  }
  if (location === '' || /^[a-z][a-z0-9+]+:/i.test(location)) throw error('HW_LOG_LOCATION', { location });
  const { LocalLog } = await import('./local-log.js');
  return LocalLog.open(location, options);
}
