import { from, lastValueFrom, mergeMap } from 'rxjs';
import { partitionName, plain, type Position, type SinkRecord, type SinkTaskContext, type TopicPartition } from 'headwater/connect';
import { extensionOf } from '../image-record.js';
import type { Bucket, NewObject } from './bucket.js';
import { objectKey, partitionPrefix } from './object-key.js';
import type { ObjectWriter, S3SinkOptions } from './object-writer.js';

const RETRY_MS = 300;

/** An object for each picture. Its key is the record's offset, so that a record that comes again is the same object. */
export class ImageObjects implements ObjectWriter {
  readonly #next = new Map<string, Position>();
  /** What an attempt to store a batch has stored before another of its pictures failed. */
  readonly #done = new Set<string>();

  constructor(
    private readonly bucket: Bucket,
    private readonly options: S3SinkOptions,
    private readonly context: SinkTaskContext,
  ) {}

  async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) return;
    const before = this.#done.size;
    let failure: { readonly reason: unknown } | undefined;
    const put = async (record: SinkRecord): Promise<void> => {
      // What is under way is waited for: none of it has to come again.
      if (!failure) await this.#put(record).catch((reason: unknown) => (failure = { reason }));
    };
    await lastValueFrom(from(records).pipe(mergeMap(put, this.options['max.in.flight'])));
    if (failure) {
      // The pause before the next attempt grows only while nothing gets through.
      if (this.#done.size > before) this.context.timeout(RETRY_MS);
      throw failure.reason;
    }
    this.#done.clear();
    for (const { originalTopic: topic, originalPartition: partition, originalOffset } of records)
      this.#next.set(partitionName({ topic, partition }), { topic, partition, offset: originalOffset + 1 });
  }

  stored(): readonly Position[] {
    return [...this.#next.values()];
  }

  close(partition: TopicPartition): void {
    this.#next.delete(partitionName(partition));
  }

  async #put(record: SinkRecord): Promise<void> {
    let object: NewObject;
    try {
      object = this.#object(record);
    } catch (thrown) {
      return this.context.reporter.report(record, thrown);
    }
    if (this.#done.has(object.key)) return;
    await this.bucket.put(object);
    this.#done.add(object.key);
  }

  #object({ originalTopic: topic, originalPartition: partition, originalOffset: offset, value }: SinkRecord): NewObject {
    const event = plain(value);
    const fields = event instanceof Uint8Array ? { bytes: event } : isObject(event) ? event : {};
    const { bytes, uri, encoding = 'application/octet-stream' } = fields;
    if (!(bytes instanceof Uint8Array)) throw new Error(uri ? `the picture is elsewhere, at ${text(uri)}` : 'it holds no picture');
    const contentType = text(encoding);
    const metadata = ['camera', 'capturedAt', 'width', 'height', 'sha256'].map((name) => [name, fields[name]] as const);
    return {
      key: objectKey(partitionPrefix(this.options.prefix, { topic, partition }), offset, extensionOf(contentType)),
      body: bytes,
      contentType,
      // Headers carry ASCII.
      metadata: Object.fromEntries(
        metadata.filter(([, value]) => value).map(([name, value]) => [name.toLowerCase(), encodeURIComponent(text(value))]),
      ),
    };
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return value instanceof Date ? String(value.getTime()) : String(value);
}
