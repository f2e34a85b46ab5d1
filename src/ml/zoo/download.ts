import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { error, reasonOf } from '../../errors.js';

export interface Digest {
  readonly algorithm: 'sha256' | 'md5';
  readonly hex: string;
}

export interface Progress {
  readonly url: string;
  /** Bytes that lie on the disk. */
  readonly received: number;
  /** Bytes in all, where the server tells. */
  readonly total?: number;
}

export interface DownloadOptions {
  readonly digest?: Digest | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches `url` into `file`, which appears whole and verified or not at all. What an interrupted call left behind (`file.part`) is continued
 * where the server can. Throws HW_DOWNLOAD when the address cannot be reached and HW_DOWNLOAD_DIGEST when the bytes are others.
 */
export async function download(url: string, file: string, { digest, onProgress, signal }: DownloadOptions = {}): Promise<void> {
  const part = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await receive(url, part, onProgress, signal);
  } catch (cause) {
    throw error('HW_DOWNLOAD', { url, file, problem: reasonOf(rootOf(cause)) }, cause);
  }
  if (digest !== undefined) {
    const got = await digestOf(part, digest.algorithm);
    if (got !== digest.hex) {
      await rm(part);
      throw error('HW_DOWNLOAD_DIGEST', { url, algorithm: digest.algorithm, expected: digest.hex, got });
    }
  }
  await rename(part, file);
}

async function receive(
  url: string,
  part: string,
  onProgress: DownloadOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<void> {
  const have = await sizeOf(part);
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await fetch(url, { headers, ...(signal && { signal }) });
  if (response.status === 416) return;
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  const continues = response.status === 206;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  let received = continues ? have : 0;
  const total = received + length;
  const counted = new Transform({
    transform(chunk: Uint8Array, _, done) {
      received += chunk.byteLength;
      onProgress?.({ url, received, ...(Number.isFinite(total) && { total }) });
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), counted, createWriteStream(part, { flags: continues ? 'a' : 'w' }));
}

async function digestOf(file: string, algorithm: Digest['algorithm']): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

/** `fetch failed` says nothing; what it was caused by does. */
function rootOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof Error ? rootOf(thrown.cause) : thrown;
}
