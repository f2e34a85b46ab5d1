import { defineSink, partitionName, type Position, type SinkRecord, type SinkTask, type TopicPartition } from 'headwater/connect';
import { Bucket } from './bucket.js';
import { ImageObjects } from './image-objects.js';
import { s3SinkConfig, type ObjectWriter } from './object-writer.js';
import { RowObjects } from './row-objects.js';

/**
 * Writes records to objects of an S3 bucket, rolled by number, size and time, exactly once: keys are made of offsets, an object is stored
 * only where its key is free, and whoever finds it taken goes on after what it holds.
 */
export const s3Sink = defineSink({
  className: 'headwater.S3Sink',
  aliases: ['S3Sink'],
  version: '0.1.0',
  config: s3SinkConfig,
  task: () => new S3SinkTask(),
});

class S3SinkTask implements SinkTask {
  #bucket!: Bucket;
  #writer!: ObjectWriter;

  async start(...[properties, context]: Parameters<SinkTask['start']>): Promise<void> {
    const options = s3SinkConfig.parse(properties);
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
