import type { Appended, Log } from '../log/log.js';
import type { Header, NewRecord } from '../record.js';
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
  readonly registry: SchemaRegistry;
  readonly topic: string;
  readonly format: Format<T>;
}

/** Makes records of one topic from values of one format, with text keys. Throws HW_SERDE. */
export function recordEncoder<T>({ registry, topic, format }: TopicTarget<T>): (outgoing: Outgoing<T>) => Promise<NewRecord> {
  const serde = format.bind({ topic, side: 'value', registry });
  return async ({ key, value, ...rest }) => {
    const bytes = value === null ? null : await serde.serialize(value);
    return { topic, key: key === null ? null : Buffer.from(key), value: bytes, ...rest };
  };
}

/** Writes values of one format to one topic, each call all or nothing (`Log.append`). Throws HW_SERDE. */
export function topicWriter<T>(target: TopicTarget<T> & { readonly log: Log }): (outgoing: readonly Outgoing<T>[]) => Promise<Appended[]> {
  const encode = recordEncoder(target);
  return async (outgoing) => target.log.append(await Promise.all(outgoing.map(encode)));
}
