import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { error } from '../errors.js';
import type { ImageEvent } from '../events/image-event.js';

/** Bytes of a picture that an event names by URI and SHA-256 (the claim-check pattern). */
export type BlobLoader = (event: Pick<ImageEvent, 'uri' | 'sha256'>) => Promise<Uint8Array>;

/**
 * Loads `file:` URIs below `directory` and checks their hash; with no directory, none: an event must not choose what a process reads.
 *
 * @throws HW_BLOB where the URI is not allowed, the file is missing or its hash differs
 */
export function fileBlobs(directory: URL | undefined): BlobLoader {
  const below = directory?.pathname.replace(/\/*$/, '/');
  return async ({ uri, sha256 }) => {
    const fail = (problem: string, cause?: unknown) => error('HW_BLOB', { uri: uri ?? '', problem }, cause);
    const url = uri !== null && URL.canParse(uri) ? new URL(uri) : undefined;
    if (url?.protocol !== 'file:') throw fail('only file: URIs can be read here');
    if (below === undefined || !url.pathname.startsWith(below)) throw fail('it lies outside the blob directory');
    const bytes = await read(url).catch((reason: unknown) => {
      throw fail('the file cannot be read', reason);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== sha256?.toLowerCase()) throw fail('its SHA-256 is another');
    return bytes;
  };
}

/** Rejects, rather than throws, for an URL that names no path, such as one with an encoded slash. */
async function read(url: URL): Promise<Uint8Array> {
  return readFile(fileURLToPath(url));
}
