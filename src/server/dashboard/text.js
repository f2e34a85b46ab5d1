const whole = new Intl.NumberFormat('en-US');

export const count = (value) => (value === null ? '-' : whole.format(value));
export const rate = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
export const percent = (share) => (share === null || Number.isNaN(share) ? '-' : `${(share * 100).toFixed(1)} %`);
export const time = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });
export const plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Date and time where the reader is, as year-month-day. */
export const dateTime = (ms) => `${new Date(ms).toLocaleDateString('sv-SE')} ${time(ms)}`;
/** The time alone where it is of today. */
export const moment = (ms) => (new Date(ms).toDateString() === new Date().toDateString() ? time(ms) : dateTime(ms));

/** Milliseconds in the unit that reads best. */
export function duration(ms) {
  if (ms === null) return '-';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const [, size, unit] = [
    [60_000, 1000, 's'],
    [3_600_000, 60_000, 'min'],
    [86_400_000, 3_600_000, 'h'],
    [Infinity, 86_400_000, 'd'],
  ].find(([below]) => ms < below);
  return `${(ms / size).toFixed(ms / size < 10 ? 1 : 0)} ${unit}`;
}
