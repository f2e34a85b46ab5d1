import type { LogRecord, NewRecord, TopicPartition } from '../../record.js';
import type { Appended, PartitionBounds, Position, TopicInfo, TopicSpec } from '../log.js';
import type { FetchBudget } from '../fetch-limits.js';

/** A record whose partition and event time are settled. */
export type PlacedRecord = Required<NewRecord>;

/** The offsets of a group that a write moves along with its records. */
export interface OffsetWrite {
  readonly group: string;
  readonly positions: readonly Position[];
}

/** What an embedded log keeps, and the one write that changes it. Reads see what is committed. */
export interface Storage {
  readonly id: string;
  topic(name: string): TopicInfo | undefined;
  topics(): TopicInfo[];
  /** False if the topic is there already. */
  createTopic(spec: TopicSpec): Promise<boolean>;
  deleteTopic(name: string): Promise<void>;
  bounds(at: TopicPartition): PartitionBounds;
  /** Records from the position on, within the budget but at least one if there is one. */
  read(from: Position, budget: FetchBudget): LogRecord[];
  offsetAt(at: TopicPartition, timestamp: number): number;
  /** Writes all or nothing. `guard` runs inside the transaction, before the first write, and prevents it by throwing. */
  write(records: readonly PlacedRecord[], offsets?: OffsetWrite, guard?: () => void): Promise<Appended[]>;
  groups(): string[];
  committed(group: string): Position[];
  /** Makes this log the one that runs the group, and gives the next epoch of it. Throws HW_GROUP_LOCKED where another process runs it. */
  claimGroup(group: string): Promise<number>;
  releaseGroup(group: string): Promise<void>;
  /** Throws HW_GROUP_LOCKED where the group went to another process; to be called inside a write. */
  checkClaim(group: string): void;
  /** Calls back soon after another process has written; returns the way to stop that. */
  watch(changed: () => void): () => void;
  close(): Promise<void>;
}
