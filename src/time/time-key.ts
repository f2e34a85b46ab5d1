/** Characters of a time in a key: base 36 holds every safe integer in 11. */
export const timeKeyLength = 11;

/** A time of at least 0, in milliseconds, as text that orders as the number does. */
export function timeKey(ms: number): string {
  return ms.toString(36).padStart(timeKeyLength, '0');
}

/** The time in `text`, from `at`. A negative `at` counts from the end. */
export function timeInKey(text: string, at: number): number {
  const start = at < 0 ? text.length + at : at;
  return parseInt(text.slice(start, start + timeKeyLength), 36);
}
