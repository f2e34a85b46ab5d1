import type { Header, LogRecord, NewRecord, TopicPartition } from '../record.js';

/** How a topic is made. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** `delete` drops by age and size, `compact` keeps the last value of each key. Default `delete`. */
  readonly cleanup?: 'delete' | 'compact';
  /** Records older than this many milliseconds may go (event time). Default: kept. */
  readonly retentionMs?: number;
  /** A partition above this many bytes loses its oldest records. Default: kept. */
  readonly retentionBytes?: number;
}

export interface TopicInfo extends Required<Pick<TopicSpec, 'name' | 'partitions' | 'cleanup'>> {
  readonly retentionMs?: number;
  readonly retentionBytes?: number;
}

/** What a partition holds: offsets from `earliest` up to, not including, `latest`. */
export interface PartitionBounds {
  readonly partition: number;
  readonly earliest: number;
  readonly latest: number;
}

/** A place in a partition: the next offset to read. */
export interface Position extends TopicPartition {
  readonly offset: number;
}

/** Where a record came to lie. */
export interface Appended extends TopicPartition {
  readonly offset: number;
}

/** How much one fetch may return and how long it may wait for the first record. One record is always returned, however large. */
export interface FetchLimits {
  readonly records?: number;
  readonly bytes?: number;
  /** Milliseconds to wait while nothing is there; 0 (default) answers at once. */
  readonly waitMs?: number;
  /** Ends the wait early: the fetch then returns what there is, usually nothing. */
  readonly signal?: AbortSignal;
}

/** Reads given partitions in offset order, outside any group. Sees committed records only. */
export interface Reader {
  /** The next records; within a partition in offset order, across partitions the older event time first. An empty list: nothing came in time. */
  fetch(limits?: FetchLimits): Promise<LogRecord[]>;
  /** Whether nothing that is committed now remains to be fetched. Offsets cannot tell: on Kafka the last ones may be transaction markers. */
  atEnd(): Promise<boolean>;
  close(): Promise<void>;
}

export type Delivery = 'exactly-once' | 'at-least-once';

/** One atomic step of a task: all of it becomes visible or nothing. */
export interface CommitBatch {
  readonly records: readonly NewRecord[];
  /** The next offset to read, per input partition. */
  readonly offsets: readonly Position[];
}

/**
 * Ownership of one partition number of all joined topics, from assignment to loss: the right to read and commit it.
 * `signal` aborts the moment that the ownership is known to be gone; later calls throw HW_LEASE_LOST.
 */
export interface Lease {
  readonly partition: number;
  /** Grows with every assignment of this partition number in the group; fences what an earlier owner still tries to commit. */
  readonly epoch: number;
  readonly signal: AbortSignal;
  /** The next records of all topics of the lease, merged by event time; each topic in offset order. Starts at the committed offsets, else at the earliest. */
  fetch(limits?: FetchLimits): Promise<LogRecord[]>;
  /** As `Reader.atEnd`, over all topics of the lease. */
  atEnd(): Promise<boolean>;
  /** Back (or forward) to these offsets; what was fetched ahead is dropped. */
  seek(positions: readonly Position[]): void;
  /** Records and offsets in one atomic step (`exactly-once`), or records first and offsets after (`at-least-once`). */
  commit(batch: CommitBatch): Promise<Appended[]>;
}

export interface JoinOptions {
  readonly group: string;
  /** Topics with equal partition counts; a member owns partition n of all of them or of none (HW_NOT_COPARTITIONED). */
  readonly topics: readonly string[];
  readonly delivery?: Delivery;
  /** Called once per assignment; must not throw. */
  readonly onAssigned: (lease: Lease) => void;
  /** Called when the group cannot go on (broker gone for good, wrong password): the membership is over. */
  readonly onError?: (reason: unknown) => void;
}

/** Membership of a consumer group. */
export interface Membership {
  /** Gives all leases back and leaves the group; resolves when another member can take over. Commit first. */
  leave(): Promise<void>;
}

/** A group's committed position and how far it is behind. */
export interface CommittedOffset extends Position {
  /** Records between the committed offset and the end of the partition. */
  readonly lag: number;
}

/**
 * Durable, partitioned topics with offsets per consumer group and atomic commits: the one contract behind which memory, an embedded
 * log and Kafka stand. Offsets, groups, retention and compaction mean what they mean in Apache Kafka.
 */
export interface Log {
  /** For messages: `LocalLog ./data`, `Kafka 127.0.0.1:9092`. */
  readonly name: string;
  readonly kind: 'memory' | 'local' | 'kafka';
  /** The cluster id; stable for the life of the data. */
  id(): Promise<string>;
  /** Creates what does not exist yet and returns those names; an existing topic is left as it is. */
  createTopics(specs: readonly TopicSpec[]): Promise<string[]>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Descriptions of the named topics (HW_TOPIC_UNKNOWN), or of all that there are. */
  topics(names?: readonly string[]): Promise<TopicInfo[]>;
  bounds(topic: string): Promise<PartitionBounds[]>;
  /** The first offset per partition whose event time is at or after `timestamp`; `latest` where there is none. */
  offsetsAt(topic: string, timestamp: number): Promise<Position[]>;
  /** Appends all or nothing, in order, durable when it resolves. */
  append(records: readonly NewRecord[]): Promise<Appended[]>;
  reader(positions: readonly Position[]): Promise<Reader>;
  join(options: JoinOptions): Promise<Membership>;
  groups(): Promise<string[]>;
  committed(group: string): Promise<CommittedOffset[]>;
  /** Moves a group that has no members. */
  resetOffsets(group: string, positions: readonly Position[]): Promise<void>;
  close(): Promise<void>;
}

/** UTF-8 header. */
export function header(key: string, value: string): Header {
  return { key, value: Buffer.from(value) };
}
