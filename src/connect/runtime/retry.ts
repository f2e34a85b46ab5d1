import type { Clock } from '../../time/clock.js';
import { RetriableError } from '../connector.js';

export interface RetryPolicy {
  /** How long to go on trying, in milliseconds; 0 not at all, -1 for ever. */
  readonly timeoutMs: number;
  readonly maxDelayMs: number;
}

const FIRST_DELAY_MS = 300;

/** Connect's back-off: 300 ms, doubling, with jitter once the longest delay is reached. `attempt` counts from 1. */
export function backoffMs(attempt: number, maxDelayMs: number, random: () => number = Math.random): number {
  const delay = FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 30);
  return delay > maxDelayMs ? Math.floor(random() * maxDelayMs) : delay;
}

/** Runs `action` again while it throws RetriableError and the policy allows; then throws what it threw last. */
export async function withRetries<T>(action: () => T | Promise<T>, policy: RetryPolicy, clock: Clock, signal: AbortSignal): Promise<T> {
  const deadline = policy.timeoutMs < 0 ? Infinity : clock.now() + policy.timeoutMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (thrown) {
      if (!(thrown instanceof RetriableError) || signal.aborted || clock.now() >= deadline) throw thrown;
      await clock.sleep(Math.min(backoffMs(attempt, policy.maxDelayMs), deadline - clock.now()), signal);
    }
  }
}
