import { validators, type Position, type SinkRecord, type TopicPartition } from 'headwater/connect';
import { formats } from '../file-sink/formats.js';
import { bucketConfig } from './bucket.js';

export const s3SinkConfig = bucketConfig.with({
  prefix: { type: 'STRING', default: '', importance: 'HIGH', doc: 'What the keys of all objects begin with, such as predictions/.' },
  format: {
    type: 'STRING',
    default: 'jsonl',
    importance: 'HIGH',
    doc: 'jsonl, csv, parquet, or image: an object for each picture, the bytes of an image event or of a value of bytes.',
    validator: validators.oneOf(...Object.keys(formats), 'image'),
  },
  'roll.records': { type: 'INT', default: 100_000, doc: 'Most records of an object.', validator: validators.inRange(1) },
  'roll.bytes': {
    type: 'LONG',
    default: 64 * 2 ** 20,
    doc: 'An object ends when its records, as JSON, reach this size.',
    validator: validators.inRange(1),
  },
  'roll.ms': {
    type: 'LONG',
    default: 10_000,
    doc: 'An object ends this long after its first record arrived.',
    validator: validators.inRange(1),
  },
  'max.in.flight': { type: 'INT', default: 8, doc: 'Most pictures under way at a time.', validator: validators.inRange(1, 256) },
  'include.metadata': { type: 'BOOLEAN', default: false, importance: 'LOW', doc: 'Adds _topic, _partition, _offset, _timestamp and _key.' },
});

export type S3SinkOptions = ReturnType<typeof s3SinkConfig.parse>;

/** How records become objects. */
export interface ObjectWriter {
  put(records: readonly SinkRecord[]): Promise<void>;
  /** The offsets that are in the bucket. */
  stored(): readonly Position[];
  close(partition: TopicPartition): void;
}
