import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from './kafka-failure.js';

/** Tries again, for up to `ms` milliseconds, what fails for a reason that passes: a broker that restarts, a leader or coordinator that moves, or what else `passes`. */
export async function whilePassing<T>(
  ms: number,
  attempt: () => Promise<T>,
  between: () => Promise<unknown> = () => Promise.resolve(),
  passes: (reason: unknown) => boolean = isPassing,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (let pause = 20; ; pause = Math.min(2 * pause, 500)) {
    try {
      return await attempt();
    } catch (reason) {
      if (!passes(reason) || Date.now() + pause > deadline) throw reason;
      await sleep(pause);
      await between().catch(() => undefined); // What is still broken shows at the next attempt.
    }
  }
}
