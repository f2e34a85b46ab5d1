import type { Schema } from './schema.js';

/** A header with its schema; null where it has none. */
export interface ConnectHeader {
  readonly key: string;
  readonly schema: Schema | null;
  readonly value: unknown;
}

/** What sources give and sinks take: a record with meaning, and where it belongs on the log. */
export interface ConnectRecord {
  readonly topic: string;
  readonly partition: number | null;
  readonly keySchema: Schema | null;
  readonly key: unknown;
  readonly valueSchema: Schema | null;
  readonly value: unknown;
  /** Event time in milliseconds since 1970. */
  readonly timestamp: number | null;
  readonly headers: readonly ConnectHeader[];
}

/** A partition or an offset of a source, in the connector's own words: JSON values by name. */
export type SourceMap = Readonly<Record<string, unknown>>;

/** A record on its way from a source, with the place in the source that it came from. */
export interface SourceRecord extends ConnectRecord {
  readonly sourcePartition: SourceMap;
  readonly sourceOffset: SourceMap;
}

/** What a source task's poll gives: what is left out is null or empty. */
export type NewSourceRecord = Pick<SourceRecord, 'topic' | 'sourcePartition' | 'sourceOffset'> & Partial<ConnectRecord>;

/** A record on its way to a sink. `original...` are its place on the log, whatever transforms made of topic and partition. */
export interface SinkRecord extends ConnectRecord {
  readonly partition: number;
  readonly offset: number;
  readonly originalTopic: string;
  readonly originalPartition: number;
  readonly originalOffset: number;
}

/** Fills in what a source left out. */
export function sourceRecord(record: NewSourceRecord): SourceRecord {
  return { partition: null, keySchema: null, key: null, valueSchema: null, value: null, timestamp: null, headers: [], ...record };
}
