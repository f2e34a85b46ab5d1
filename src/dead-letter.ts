import { header } from './log/log.js';
import type { LogRecord, NewRecord } from './record.js';

/** What failed, where and why. */
export interface Failure {
  /** The record of the log that could not be used. */
  readonly record: LogRecord;
  /** The app or connector. */
  readonly name: string;
  /** Task number in it. */
  readonly task: number;
  /** The step that failed: DESERIALIZE, a topology's operator, a connector's stage. */
  readonly stage: string;
  /** The component that failed; default: the class of the reason. */
  readonly className?: string;
  readonly reason: unknown;
}

/**
 * The record for a dead-letter topic: key, value, headers and time of the original, and Kafka Connect's `__connect.errors.*` headers
 * (KIP-298), UTF-8.
 */
export function deadLetterRecord(topic: string, { record, name, task, stage, className, reason }: Failure): NewRecord {
  const cause = reason instanceof Error ? reason : new Error(String(reason));
  const about = (key: string, value: string | number) => header(`__connect.errors.${key}`, String(value));
  return {
    topic,
    key: record.key,
    value: record.value,
    timestamp: record.timestamp,
    headers: [
      ...record.headers,
      about('topic', record.topic),
      about('partition', record.partition),
      about('offset', record.offset),
      about('connector.name', name),
      about('task.id', task),
      about('stage', stage),
      about('class.name', className ?? cause.constructor.name),
      about('exception.class.name', cause.name),
      about('exception.message', cause.message),
      about('exception.stacktrace', cause.stack ?? ''),
    ],
  };
}
