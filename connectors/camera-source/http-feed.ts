import { createHash } from 'node:crypto';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, get as httpsGet } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { Authorization, type Credentials } from './authorization.js';
import { decoded, type CameraAddress } from './camera-address.js';
import type { Feed, FeedOptions } from './feed.js';
import { pictureType, type Frame } from './frame.js';
import { MultipartReader } from './multipart-reader.js';
import { Pace } from './pace.js';
import { Watchdog } from './watchdog.js';

const JITTER = 0.1;

/**
 * The feed of a URL that answers with one picture, which is asked for again and again, or with a stream of them (multipart/x-mixed-replace).
 * A picture with the bytes of the one before is left out; `lastHash` is that of the last one on the log.
 */
export function httpFeed(address: CameraAddress, options: FeedOptions, lastHash: string | undefined): Feed {
  const { protocol, pathname, search } = new URL(address.location);
  const secure = protocol === 'https:';
  const agent = secure
    ? new SecureAgent({ keepAlive: true, maxSockets: 1, ca: options.ca })
    : new Agent({ keepAlive: true, maxSockets: 1 });
  const authorization = new Authorization(credentialsOf(address));
  const pace = new Pace(options.maxFps);
  let hash = lastHash;
  /** What makes the next request of a snapshot a conditional one (RFC 9110, 13.1). */
  let validators: Record<string, string> = {};

  /** Nothing where the bytes are no picture, or the last picture again. */
  function frameOf(bytes: Buffer, source: string): Frame | undefined {
    const encoding = pictureType(bytes);
    if (encoding === undefined) {
      options.leftOut();
      return undefined;
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 === hash) return undefined;
    hash = sha256;
    const place = { sourcePartition: { camera: address.id }, sourceOffset: { sha256 } };
    return { bytes, encoding, capturedAt: Date.now(), attributes: { source }, place };
  }

  async function* stream(response: IncomingMessage, watchdog: Watchdog): AsyncGenerator<Frame, void> {
    const boundary = /boundary="?([^";]+)"?/i.exec(response.headers['content-type'] ?? '')?.[1]?.trim();
    const reader = new MultipartReader({ boundary, maxPartBytes: options.maxFrameBytes });
    for await (const chunk of response as AsyncIterable<Buffer>) {
      for (const { body } of reader.push(chunk)) {
        if (pictureType(body)) watchdog.restart();
        if (!pace.keeps(performance.now())) continue;
        const frame = frameOf(body, 'mjpeg');
        if (frame) yield frame;
      }
    }
    throw new Error('the stream ended');
  }

  async function snapshot(response: IncomingMessage): Promise<Frame | undefined> {
    const bytes = await wholeBody(response, options.maxFrameBytes);
    const { etag, 'last-modified': modified } = response.headers;
    const frame = frameOf(bytes, 'snapshot');
    if (!pictureType(bytes)) throw new Error(`it answered with something that is no whole picture (${bytes.length} bytes)`);
    validators = { ...(etag && { 'if-none-match': etag }), ...(modified && { 'if-modified-since': modified }) };
    return frame;
  }

  return async function* (signal) {
    while (!signal.aborted) {
      const asked = performance.now();
      const watchdog = new Watchdog(options.timeoutMs, signal);
      try {
        const ask = (): Promise<IncomingMessage> => {
          const headers = { ...authorization.headers(pathname + search), ...validators };
          return answer(secure ? httpsGet : httpGet, address.location, { agent, headers, signal: watchdog.signal });
        };
        let response = await ask();
        if (response.statusCode === 401 && authorization.challenged(response.headers['www-authenticate'])) {
          response.destroy();
          response = await ask();
        }
        if (response.statusCode === 304) {
          response.resume();
        } else if (response.statusCode !== 200) {
          response.destroy();
          throw new Error(`it answered ${response.statusCode} ${response.statusMessage ?? ''}`.trimEnd());
        } else if (/^multipart\//i.test(response.headers['content-type'] ?? '')) {
          yield* stream(response, watchdog);
        } else {
          const frame = await snapshot(response);
          watchdog.pause();
          if (frame) yield frame;
        }
      } catch (thrown) {
        throw watchdog.reason(thrown);
      } finally {
        watchdog.stop();
      }
      const interval = pace.intervalMs * (1 + JITTER * (2 * Math.random() - 1));
      await pause(Math.max(0, asked + interval - performance.now()), undefined, { signal }).catch(() => undefined);
    }
  };
}

function credentialsOf({ location }: CameraAddress): Credentials | undefined {
  const { username, password } = new URL(location);
  return username === '' ? undefined : { username: decoded(username), password: decoded(password) };
}

interface Request {
  readonly agent: Agent;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

function answer(get: typeof httpGet, location: string, { agent, headers, signal }: Request): Promise<IncomingMessage> {
  const { hostname, port, pathname, search } = new URL(location);
  return new Promise((resolve, reject) => {
    const request = get({ hostname: hostname.replace(/^\[|\]$/g, ''), port, path: pathname + search, agent, headers, signal }, resolve);
    request.on('error', reject);
  });
}

async function wholeBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`a picture is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
