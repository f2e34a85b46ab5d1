import type { Appended, Log } from '../log/log.js';
import type { Header } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';

/** A value on its way into a topic. */
export interface Outgoing<T> {
  readonly key: string | null;
  readonly value: T | null;
  /** Event time, milliseconds since 1970; the log's clock when absent. */
  readonly timestamp?: number;
  readonly headers?: readonly Header[];
}

export interface TopicTarget<T> {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly topic: string;
  readonly format: Format<T>;
}

/** Writes values of one format to one topic with text keys, each call all or nothing (`Log.append`). Throws HW_SERDE. */
export function topicWriter<T>({ log, registry, topic, format }: TopicTarget<T>): (records: readonly Outgoing<T>[]) => Promise<Appended[]> {
  const serde = format.bind({ topic, side: 'value', registry });
  return async (records) => {
    const encoded = [];
    for (const { key, value, ...rest } of records) {
      const bytes = value === null ? null : await serde.serialize(value);
      encoded.push({ topic, key: key === null ? null : Buffer.from(key), value: bytes, ...rest });
    }
    return log.append(encoded);
  };
}
