import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf } from 'headwater/connect';
import { withoutSecrets, type CameraAddress } from './camera-address.js';
import type { Feed } from './feed.js';
import type { Frame } from './frame.js';

const FIRST_PAUSE_MS = 500;
const LOG_EVERY_MS = 10_000;

interface Watch {
  readonly address: CameraAddress;
  readonly feed: Feed;
  /** Takes a frame; the next one is asked for when it resolves. */
  readonly take: (frame: Frame) => Promise<void>;
  readonly maxPauseMs: number;
  readonly signal: AbortSignal;
  /** Tells an operator; at most every ten seconds about failures. */
  readonly warn: (message: string) => void;
  readonly info: (message: string) => void;
}

/** Takes the frames of a camera until it has no more or the signal aborts; after a failure it tries again with growing pauses, for ever. */
export async function watchCamera({ address, feed, take, maxPauseMs, signal, warn, info }: Watch): Promise<void> {
  const name = `camera ${address.id} (${address.shown})`;
  let failures = 0;
  let warnedAt = -Infinity;
  let away = false;
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    try {
      for await (const frame of feed(signal)) {
        if (away) info(`${name} is back`);
        away = false;
        failures = 0;
        await take(frame);
      }
      if (!stopped()) info(`${name} has no more pictures`);
      return;
    } catch (thrown) {
      if (stopped()) return;
      const wait = Math.round(pauseMs(++failures, maxPauseMs, Math.random()));
      if (performance.now() - warnedAt > LOG_EVERY_MS) {
        warnedAt = performance.now();
        away = true;
        warn(`${name} is away: ${withoutSecrets(reasonOf(thrown), address)}; trying again in ${wait} ms`);
      }
      await pause(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Doubles with each failure up to `mostMs`; a half of it by chance (`random` from 0 to 1), so that cameras behind one switch come back apart. */
export function pauseMs(failures: number, mostMs: number, random: number): number {
  return Math.min(mostMs, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 30)) * (0.5 + random / 2);
}
