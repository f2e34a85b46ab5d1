import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { S3Client } from '@aws-sdk/client-s3';
import { defineConfig, optionalPackage, reasonOf, RetriableError, validators, type Validator } from 'headwater/connect';

const httpUrl: Validator = (value) => {
  if (typeof value !== 'string' || value === '') return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) return 'Not a URL of http or https';
  return new URL(value).username ? 'Credentials belong into access.key.id and secret.access.key' : undefined;
};

/** How to reach a bucket: the keys that source and sink have in common. */
export const bucketConfig = defineConfig({
  bucket: { type: 'STRING', importance: 'HIGH', doc: 'Bucket; it must exist.', validator: validators.nonEmpty },
  endpoint: { type: 'STRING', default: '', importance: 'HIGH', doc: 'URL of the server. Empty: that of AWS.', validator: httpUrl },
  region: { type: 'STRING', default: 'us-east-1', doc: 'Region of the bucket.', validator: validators.nonEmpty },
  'access.key.id': {
    type: 'STRING',
    default: '',
    doc: "Access key, with secret.access.key. Empty: what AWS' clients find in the environment, in ~/.aws or at the machine's role.",
  },
  'secret.access.key': { type: 'PASSWORD', default: null, doc: 'Secret of the access key.' },
  'path.style': {
    type: 'BOOLEAN',
    default: true,
    importance: 'LOW',
    doc: 'Whether URLs hold the bucket in their path, as most servers beside AWS want it, or in their host name.',
  },
  'timeout.ms': {
    type: 'INT',
    default: 30_000,
    importance: 'LOW',
    doc: 'A request without an answer after this long is tried again.',
    validator: validators.inRange(1),
  },
});

type BucketOptions = ReturnType<typeof bucketConfig.parse>;

/** An object as a listing shows it. */
export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** Milliseconds since 1970, in whole seconds. */
  readonly modifiedAt: number;
}

/** A picture in the bucket: its bytes where they are few enough, and their SHA-256 in any case. */
export interface StoredObject {
  readonly bytes: Uint8Array | undefined;
  readonly sha256: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An object on its way to the bucket. */
export interface NewObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * One bucket of an S3 server. Every method throws RetriableError where the server is away, slow, busy or broken (no answer, 408, 429, 5xx), and
 * Error with what it says where it refuses.
 */
export class Bucket {
  private constructor(
    private readonly sdk: typeof import('@aws-sdk/client-s3'),
    private readonly client: S3Client,
    private readonly name: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Loads the client; makes no request. */
  static async open(options: BucketOptions, signal: AbortSignal): Promise<Bucket> {
    const sdk = await optionalPackage<typeof import('@aws-sdk/client-s3')>(
      '@aws-sdk/client-s3',
      'the S3 connector',
      () => import('@aws-sdk/client-s3'),
    );
    // Each request under way listens; Node would take more than ten for a leak.
    setMaxListeners(0, signal);
    const { endpoint, region, 'access.key.id': accessKeyId, 'secret.access.key': secret, 'timeout.ms': timeout } = options;
    const client = new sdk.S3Client({
      region,
      forcePathStyle: options['path.style'],
      requestHandler: { requestTimeout: timeout, connectionTimeout: timeout, throwOnRequestTimeout: true },
      ...(endpoint && { endpoint }),
      ...(accessKeyId && { credentials: { accessKeyId, secretAccessKey: secret?.reveal() ?? '' } }),
    });
    return new Bucket(sdk, client, options.bucket, signal);
  }

  /** Stores an object; with `unlessThere` only where no object has its key, and false where one has. */
  async put({ key, body, contentType, metadata }: NewObject, unlessThere = false): Promise<boolean> {
    const command = new this.sdk.PutObjectCommand({
      Bucket: this.name,
      Key: key,
      Body: body,
      ContentType: contentType,
      Metadata: { ...metadata },
      ...(unlessThere && { IfNoneMatch: '*' }),
    });
    try {
      await this.#ask(`put ${key}`, () => this.client.send(command, { abortSignal: this.signal }));
      return true;
    } catch (thrown) {
      if (unlessThere && statusOf(thrown) === 412) return false;
      throw thrown;
    }
  }

  /** User metadata of an object. */
  async metadata(key: string): Promise<Readonly<Record<string, string>>> {
    const command = new this.sdk.HeadObjectCommand({ Bucket: this.name, Key: key });
    const { Metadata: metadata } = await this.#ask(`head ${key}`, () => this.client.send(command, { abortSignal: this.signal }));
    return metadata ?? {};
  }

  /** Objects under a prefix in the order of their keys' UTF-8 bytes, those after `after` alone, `limit` at most. */
  async list(prefix: string, after: string, limit: number): Promise<Listed[]> {
    const command = new this.sdk.ListObjectsV2Command({
      Bucket: this.name,
      Prefix: prefix,
      MaxKeys: limit,
      ...(after && { StartAfter: after }),
    });
    const { Contents: objects = [] } = await this.#ask(`list ${prefix}`, () => this.client.send(command, { abortSignal: this.signal }));
    return objects.map(({ Key: key = '', Size: size = 0, ETag: etag = '', LastModified: time }) => ({
      key,
      size,
      etag,
      modifiedAt: time?.getTime() ?? 0,
    }));
  }

  /** An object, without its bytes where they are more than `maxBytes`; undefined where it is not there. */
  async get(key: string, maxBytes: number): Promise<StoredObject | undefined> {
    const command = new this.sdk.GetObjectCommand({ Bucket: this.name, Key: key });
    try {
      return await this.#ask(`get ${key}`, async () => {
        const {
          Body: body,
          ContentLength: size = 0,
          Metadata: metadata = {},
        } = await this.client.send(command, { abortSignal: this.signal });
        const hash = createHash('sha256');
        const chunks: Uint8Array[] = [];
        for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
          hash.update(chunk);
          if (size <= maxBytes) chunks.push(chunk);
        }
        return { bytes: size <= maxBytes ? Buffer.concat(chunks) : undefined, sha256: hash.digest('hex'), metadata };
      });
    } catch (thrown) {
      if (statusOf(thrown) === 404 && thrown instanceof Error && isNamed(thrown.cause, 'NoSuchKey')) return undefined;
      throw thrown;
    }
  }

  /** Deletes objects, 1000 at most; what is not there is no error. */
  async delete(keys: readonly string[]): Promise<void> {
    const command = new this.sdk.DeleteObjectsCommand({
      Bucket: this.name,
      Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
    });
    await this.#ask(`delete ${keys.length} objects`, () => this.client.send(command, { abortSignal: this.signal }));
  }

  close(): void {
    this.client.destroy();
  }

  async #ask<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (thrown) {
      const status = statusOf(thrown);
      const problem = `S3 bucket ${this.name}, ${what}: ${reasonOf(thrown)}${status ? ` (${status})` : ''}`;
      const passes =
        status === undefined ? !isNamed(thrown, 'CredentialsProviderError') : status >= 500 || status === 408 || status === 429;
      throw passes ? new RetriableError(problem, { cause: thrown }) : new Error(problem, { cause: thrown });
    }
  }
}

/** The status that a server answered with; undefined where it did not answer. */
function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { $metadata } = thrown as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? statusOf(thrown.cause);
}

function isNamed(thrown: unknown, name: string): boolean {
  return thrown instanceof Error && thrown.name === name;
}
