import {
  defineSink,
  partitionName,
  validators,
  type Position,
  type SinkRecord,
  type SinkTask,
  type TopicPartition,
} from 'headwater/connect';
import { formats } from '../file-sink/formats.js';
import { Bucket, bucketConfig } from './bucket.js';
import { ImageObjects } from './image-objects.js';
import { RowObjects } from './row-objects.js';

const config = bucketConfig.with({
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

export type S3SinkOptions = ReturnType<typeof config.parse>;

/** How records become objects. */
export interface ObjectWriter {
  put(records: readonly SinkRecord[]): Promise<void>;
  /** The offsets that are in the bucket. */
  stored(): readonly Position[];
  close(partition: TopicPartition): void;
}

/**
 * Writes records to objects of an S3 bucket, rolled by number, size and time, exactly once: keys are made of offsets, an object is stored
 * only where its key is free, and whoever finds it taken goes on after what it holds.
 */
export const s3Sink = defineSink({
  className: 'headwater.S3Sink',
  aliases: ['S3Sink'],
  version: '0.1.0',
  config,
  task: () => new S3SinkTask(),
});

class S3SinkTask implements SinkTask {
  #bucket!: Bucket;
  #writer!: ObjectWriter;

  async start(...[properties, context]: Parameters<SinkTask['start']>): Promise<void> {
    const options = config.parse(properties);
    this.#bucket = await Bucket.open(options, context.signal);
    this.#writer = options.format === 'image' ? new ImageObjects(this.#bucket, options, context) : new RowObjects(this.#bucket, options);
  }

  put(records: readonly SinkRecord[]): Promise<void> {
    return this.#writer.put(records);
  }

  preCommit(current: readonly Position[]): readonly Position[] {
    const owned = new Set(current.map(partitionName));
    return this.#writer.stored().filter((position) => owned.has(partitionName(position)));
  }

  close(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#writer.close(partition);
  }

  stop(): void {
    this.#bucket.close();
  }
}
