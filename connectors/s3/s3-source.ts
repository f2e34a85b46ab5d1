import { basename, dirname } from 'node:path/posix';
import { defineSource, RetriableError, validators, type NewSourceRecord, type SourceTask, type SourceTaskContext } from 'headwater/connect';
import { imageRecord, mediaTypeOf } from '../image-record.js';
import { Bucket, bucketConfig, type Listed } from './bucket.js';

const config = bucketConfig.with({
  prefix: { type: 'STRING', default: '', importance: 'HIGH', doc: 'What the keys to read begin with, such as cameras/gate/.' },
  topic: { type: 'STRING', default: 'camera-frames', importance: 'HIGH', doc: 'Topic to write to.', validator: validators.nonEmpty },
  camera: {
    type: 'STRING',
    default: '',
    importance: 'HIGH',
    doc: "Camera id, the record's key. Empty: the object's metadata camera, or else the name of the folder that holds it.",
  },
  order: {
    type: 'STRING',
    default: 'any',
    importance: 'HIGH',
    doc: 'key: new objects have greater keys than those before, others are never read. any: new objects may have any key; all of the prefix is listed at each look.',
    validator: validators.oneOf('key', 'any'),
  },
  'inline.max.bytes': {
    type: 'LONG',
    default: 900_000,
    doc: 'A larger picture stays in the bucket; its event holds URI and SHA-256, for headwater run --blobs s3://BUCKET/PREFIX.',
    validator: validators.inRange(0),
  },
  delete: { type: 'BOOLEAN', default: false, doc: 'Whether objects are deleted once their events, with their bytes, are on the log.' },
  'poll.ms': { type: 'LONG', default: 1000, doc: 'Time between two looks at the bucket.', validator: validators.inRange(1) },
  'batch.objects': { type: 'INT', default: 16, doc: 'Most pictures of one poll.', validator: validators.inRange(1, 1000) },
});

const PAGE = 1000;

/** Reads new pictures of an S3 bucket as image events, each exactly once across restarts; large ones as URI and SHA-256 (a claim check). */
export const s3Source = defineSource({
  className: 'headwater.S3Source',
  aliases: ['S3Source'],
  version: '0.1.0',
  config,
  task: () => new S3SourceTask(),
});

class S3SourceTask implements SourceTask {
  #context!: SourceTaskContext;
  #options!: ReturnType<typeof config.parse>;
  #bucket!: Bucket;
  /** With `order=key`, the last key that was read or passed over. */
  #last = '';
  /** With `order=any`, the ETags of what was read, by key, as long as it is in the bucket. */
  #read = new Map<string, string>();
  /** The same, of the listing under way, and how far that has come. */
  #seen = new Map<string, string>();
  #cursor = '';
  /** Polled and not known to be on the log. */
  #polled: string[] = [];
  readonly #toDelete = new Set<string>();

  async start(...[properties, context]: Parameters<SourceTask['start']>): Promise<void> {
    this.#context = context;
    this.#options = config.parse(properties);
    this.#bucket = await Bucket.open(this.#options, context.signal);
    const { bucket, prefix } = this.#options;
    const offset = await context.offsets.offset({ bucket, prefix });
    if (typeof offset?.key === 'string') this.#last = offset.key;
  }

  async poll(): Promise<readonly NewSourceRecord[]> {
    await this.#delete();
    const fresh = this.#options.order === 'key' ? await this.#following() : await this.#unread();
    const records = await Promise.all(fresh.map((object) => this.#record(object)));
    if (fresh.length === 0) await this.#context.sleep(this.#options['poll.ms']);
    else if (this.#options.order === 'key') this.#last = fresh.at(-1)!.key;
    else for (const read of [this.#read, this.#seen]) for (const { key, etag } of fresh) read.set(key, etag);
    return records.filter((record) => record !== undefined);
  }

  async commit(): Promise<void> {
    for (const key of this.#polled.splice(0)) this.#toDelete.add(key);
    await this.#delete().catch((thrown: unknown) => {
      // The next poll tries again.
      if (!(thrown instanceof RetriableError)) throw thrown;
    });
  }

  stop(): void {
    this.#bucket.close();
  }

  /** The next pictures behind the last key. */
  async #following(): Promise<readonly Listed[]> {
    for (;;) {
      const page = await this.#bucket.list(this.#options.prefix, this.#last, PAGE);
      const pictures = page.filter(isPicture).slice(0, this.#options['batch.objects']);
      if (pictures.length > 0 || page.length === 0) return pictures;
      this.#last = page.at(-1)!.key;
    }
  }

  /** The next pictures of a listing that were not read. */
  async #unread(): Promise<readonly Listed[]> {
    const { bucket, prefix, delete: deletes, 'batch.objects': most } = this.#options;
    const unread: Listed[] = [];
    for (;;) {
      const page = await this.#bucket.list(prefix, this.#cursor, PAGE);
      for (const object of page) {
        if (unread.length === most) return unread;
        const { key, etag } = object;
        this.#cursor = key;
        if (!isPicture(object)) continue;
        const isOnLog = (await this.#context.offsets.offset({ bucket, key }))?.etag === etag;
        if (!isOnLog && this.#read.get(key) !== etag) unread.push(object);
        else this.#seen.set(key, etag);
        // Left behind by a worker that ended too early.
        if (isOnLog && !this.#read.has(key) && deletes && object.size <= this.#options['inline.max.bytes']) this.#toDelete.add(key);
      }
      if (page.length === PAGE) continue;
      this.#read = this.#seen;
      this.#seen = new Map();
      this.#cursor = '';
      return unread;
    }
  }

  /** Undefined where the object is gone meanwhile. */
  async #record({ key, etag, modifiedAt }: Listed): Promise<NewSourceRecord | undefined> {
    const { bucket, prefix, topic, order, 'inline.max.bytes': most } = this.#options;
    const object = await this.#bucket.get(key, most);
    if (!object) return undefined;
    const { bytes, sha256, metadata } = object;
    if (this.#options.delete && bytes) this.#polled.push(key);
    const content = bytes ? { bytes } : { uri: `s3://${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, sha256 };
    const capturedAt = Number(metadata.capturedat ?? modifiedAt);
    return {
      topic,
      ...(order === 'key'
        ? { sourcePartition: { bucket, prefix }, sourceOffset: { key } }
        : { sourcePartition: { bucket, key }, sourceOffset: { etag } }),
      ...imageRecord({
        camera: this.#options.camera || decoded(metadata.camera) || basename(dirname(`${bucket}/${key}`)),
        capturedAt: Number.isSafeInteger(capturedAt) ? capturedAt : modifiedAt,
        encoding: mediaTypeOf(key)!,
        attributes: { 's3.key': key },
        ...content,
      }),
    };
  }

  async #delete(): Promise<void> {
    while (this.#toDelete.size > 0) {
      const keys = [...this.#toDelete].slice(0, PAGE);
      await this.#bucket.delete(keys);
      for (const key of keys) this.#toDelete.delete(key);
    }
  }
}

function isPicture({ key, size }: Listed): boolean {
  return size > 0 && mediaTypeOf(key) !== undefined;
}

function decoded(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
