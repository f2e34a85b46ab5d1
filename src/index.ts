// Records and errors
export type { Header, LogRecord, NewRecord, StreamRecord, TopicPartition } from './record.js';
export { HeadwaterError, isError, reasonOf, type ErrorCode } from './errors.js';

// Log
export type {
  Appended,
  CommitBatch,
  CommittedOffset,
  Delivery,
  FetchLimits,
  JoinOptions,
  Lease,
  Log,
  Membership,
  PartitionBounds,
  Position,
  Reader,
  TopicInfo,
  TopicSpec,
} from './log/log.js';

// Serde
export type { Format, Serde, SerdeContext, ValueOf } from './serde/serde.js';
export type { Compatibility, RegisteredSchema, SchemaRegistry } from './serde/registry.js';
