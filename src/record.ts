/** A header of a record. Keys may repeat; order is kept (Kafka's record format v2). */
export interface Header {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** A topic and one of its partitions. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as it lies in a log: bytes, no meaning yet. */
export interface LogRecord extends TopicPartition {
  /** Position in the partition; a safe integer (a partition past 2^53 records is refused). */
  readonly offset: number;
  /** Event time in milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

/** A record on its way into a log. Without a partition the key decides (murmur2, as Kafka's own producer); without a key, partition 0 upwards in turn. */
export interface NewRecord {
  readonly topic: string;
  readonly partition?: number;
  /** Event time in milliseconds since 1970; the log's clock when absent. */
  readonly timestamp?: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly Header[];
}

/** A decoded record inside a topology. `origin` is the record of the log that it was derived from: what the dead-letter topic receives when it fails. */
export interface StreamRecord<K = unknown, V = unknown> {
  readonly key: K;
  readonly value: V;
  /** Event time in milliseconds since 1970. */
  readonly timestamp: number;
  readonly headers: readonly Header[];
  readonly origin: LogRecord;
}

/** The same record with another value: key, time, headers and origin stay. */
export function withValue<K, V>(record: StreamRecord<K>, value: V): StreamRecord<K, V> {
  return { key: record.key, value, timestamp: record.timestamp, headers: record.headers, origin: record.origin };
}

/** `topic-partition`, as Kafka's tools print it. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
