import { readFile } from 'node:fs/promises';
import { error, reasonOf } from '../errors.js';
import { imageHeader } from '../image/image-header.js';
import { systemClock, type Clock } from '../time/clock.js';
import type { ImageEvent } from './image-event.js';

export interface ReplayOptions {
  readonly camera: string;
  /** Frames a second of event time. Default 10. */
  readonly rate?: number;
  /** Event time of the first frame, milliseconds since 1970. Default: now. */
  readonly start?: number;
  /** Gives each frame when as much time has passed as lies between it and the first; otherwise all at once. */
  readonly paced?: boolean;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** Image files as the frames of a camera: the i-th was captured at `start` + i / `rate` seconds. Ends early when `signal` aborts. Throws HW_FILE. */
export async function* replayFrames(
  files: readonly string[],
  { camera, rate = 10, clock = systemClock, start = clock.now(), paced = false, signal }: ReplayOptions,
): AsyncGenerator<ImageEvent> {
  const began = clock.now();
  for (const [index, file] of files.entries()) {
    const elapsed = Math.round((index * 1000) / rate);
    if (paced) await clock.sleep(Math.max(0, began + elapsed - clock.now()), signal);
    if (signal?.aborted) return;
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw error('HW_FILE', { file, reason: reasonOf(cause) }, cause);
    });
    const { mediaType: encoding, width, height } = imageHeader(bytes);
    const picture = { encoding, width, height, bytes, uri: null, sha256: null };
    yield { camera, capturedAt: start + elapsed, ...picture, attributes: {} };
  }
}
