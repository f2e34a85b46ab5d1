import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import type { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

import { error, reasonOf } from '../errors.js';
import type { BlobLoader } from './blob-loader.js';

/** Pictures are held in memory while they are worked on. */
const MOST_BYTES = 256 * 2 ** 20;
const TIMEOUT_MS = 30_000;
/** How long a load is tried again, and the first pause, which doubles: long enough for a store that answers some requests only, since a failed load fails its epoch. */
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 50;

/**
 * Loads `s3://bucket/key` URIs below `place` (such as `s3://bucket/prefix/`) and checks their hash. Server, region and credentials are what
 * AWS' clients find in the environment (`AWS_ENDPOINT_URL_S3`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, ...), in `~/.aws` or at the machine's role.
 * Needs the package `@aws-sdk/client-s3`.
 *
 * @throws HW_BLOB where the URI is not allowed, nothing is there, its hash differs, or the server refuses
 * @throws HW_BLOB_AWAY where the server does not answer, is busy or broken: a task tries again until it is back
 */
export async function s3Blobs(place: string): Promise<BlobLoader> {
  const below = parse(place);
  if (!below) throw error('HW_BLOB', { uri: place, problem: 'it is no s3://BUCKET/PREFIX' });
  const sdk = await import('@aws-sdk/client-s3').catch((cause: unknown) => {
    throw error('HW_BLOB', { uri: place, problem: 'the package @aws-sdk/client-s3 is not installed' }, cause);
  });
  const client = new sdk.S3Client({
    forcePathStyle: true,
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    // The client's own retries share an allowance that loads beside each other use up.
    maxAttempts: 1,
    requestHandler: { requestTimeout: TIMEOUT_MS, connectionTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  await client.config.credentials().catch((cause: unknown) => {
    throw error('HW_BLOB', { uri: place, problem: `there are no credentials: ${reasonOf(cause)}` }, cause);
  });
  return async ({ uri, sha256 }) => {
    const fail = (problem: string, cause?: unknown) => error('HW_BLOB', { uri: uri ?? '', problem }, cause);
    const wanted = parse(uri ?? '');
    if (!wanted) throw fail('only s3: URIs can be read here');
    if (wanted.bucket !== below.bucket || !wanted.key.startsWith(below.key)) throw fail(`it lies outside ${place}`);
    const command = new sdk.GetObjectCommand({ Bucket: wanted.bucket, Key: wanted.key });
    const bytes = await patiently(() => read(client, command)).catch((reason: unknown) => {
      if (passes(reason)) throw error('HW_BLOB_AWAY', { uri: uri ?? '', reason: reasonOf(reason) }, reason);
      throw fail(reasonOf(reason), reason);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== sha256?.toLowerCase()) throw fail('its SHA-256 is another');
    return bytes;
  };
}

async function patiently<T>(action: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (let wait = FIRST_PAUSE_MS; ; wait *= 2) {
    try {
      return await action();
    } catch (reason) {
      if (!passes(reason) || performance.now() + wait > until) throw reason;
      await pause(wait * (0.5 + Math.random() / 2));
    }
  }
}

async function read(client: S3Client, command: GetObjectCommand): Promise<Uint8Array> {
  const { Body: body, ContentLength: size = 0 } = await client.send(command);
  if (size <= MOST_BYTES) return body!.transformToByteArray();
  (body as Readable).destroy();
  throw new TooLarge(`it has ${size} bytes, more than ${MOST_BYTES}`);
}

class TooLarge extends Error {}

/** Whether waiting may help: no answer, a server that is busy or broken, credentials that somebody has to renew. */
function passes(reason: unknown): boolean {
  if (!(reason instanceof Error) || reason instanceof TooLarge) return false;
  const { httpStatusCode: status } = (reason as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  if (status === undefined || status >= 500 || status === 408 || status === 429) return true;
  return ['ExpiredToken', 'InvalidAccessKeyId', 'RequestTimeTooSkewed', 'SignatureDoesNotMatch'].includes(reason.name);
}

/** Bucket and decoded key; nothing for other URIs and for keys with dots as a segment, which a server on a file system may follow. */
function parse(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket = '', path = ''] = /^s3:\/\/([\w.-]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  try {
    const key = decodeURIComponent(path);
    return bucket === '' || key.split('/').some((segment) => segment === '.' || segment === '..') ? undefined : { bucket, key };
  } catch {
    return undefined;
  }
}
