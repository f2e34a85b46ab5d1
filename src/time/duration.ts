import { error } from '../errors.js';

/** A span of time: milliseconds, or a number with its unit. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration in whole milliseconds. Throws HW_DURATION for what is no number, negative or infinite. */
export function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return checked(duration, duration);
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  return checked(Number(amount) * (units[unit ?? ''] ?? NaN), duration);
}

function checked(ms: number, duration: Duration): number {
  if (!(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER)) throw error('HW_DURATION', { duration });
  return Math.round(ms);
}
