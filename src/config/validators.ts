import { javaRegex } from './java-regex.js';
import type { Validator } from './types.js';

/** A number from `min` to `max`; null is refused. */
export function inRange(min: number, max = Number.POSITIVE_INFINITY): Validator {
  return (value) => {
    if (value === null) return 'Value must be non-null';
    if (typeof value !== 'number') return undefined;
    if (value < min) return `Value must be at least ${min}`;
    return value > max ? `Value must be no more than ${max}` : undefined;
  };
}

/** A number from `min`, or no value at all. */
export function atLeastIfSet(min: number): Validator {
  return (value) => (value === null ? undefined : inRange(min)(value));
}

/** One of the given words. */
export function oneOf(...words: readonly string[]): Validator {
  return (value) => (typeof value === 'string' && words.includes(value) ? undefined : `String must be one of: ${words.join(', ')}`);
}

/** One of the given words in any case. */
export function oneOfIgnoringCase(...words: readonly string[]): Validator {
  return (value) =>
    value === null || (typeof value === 'string' && words.some((word) => word.toLowerCase() === value.toLowerCase()))
      ? undefined
      : `String must be one of (case insensitive): ${words.join(', ')}`;
}

/** At least one character. */
export const nonEmpty: Validator = (value) => (value === '' ? 'String must be non-empty' : undefined);

/** At least one character, none of them a control character. */
export const nonEmptyWithoutControls: Validator = (value) => {
  if (typeof value !== 'string') return undefined;
  if (value === '') return 'String may not be empty';
  const controls = Array.from(value, (letter) => letter.codePointAt(0) ?? 0).filter((code) => code < 32 || (code >= 127 && code < 160));
  return controls.length === 0
    ? undefined
    : `String may not contain control sequences but had the following ASCII chars: ${controls.join(', ')}`;
};

/** No entry twice. */
export const uniqueEntries =
  (what: string): Validator =>
  (value) =>
    Array.isArray(value) && new Set(value).size !== value.length ? `Duplicate ${what} provided.` : undefined;

/** Something must be there. */
export const notNull: Validator = (value) => (value === null ? 'Value must be non-null' : undefined);

/** A regular expression, as Java's. */
export const regularExpression: Validator = (value) => {
  if (typeof value !== 'string') return undefined;
  try {
    javaRegex(value);
    return undefined;
  } catch {
    return 'Invalid regex';
  }
};

/** All of them; the first complaint counts. */
export function allOf(...validators: readonly Validator[]): Validator {
  return (value) => {
    for (const validator of validators) {
      const problem = validator(value);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}
