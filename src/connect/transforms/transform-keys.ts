import type { Validator } from '../../config/index.js';

/** The option that most transforms share. */
export const replaceNullWithDefault = {
  'replace.null.with.default': {
    type: 'BOOLEAN',
    default: true,
    importance: 'MEDIUM',
    doc: "Whether a null field is read as its schema's default.",
  },
} as const;

/** A list with at least one entry. */
export const nonEmptyList: Validator = (value) =>
  Array.isArray(value) && value.length === 0 ? 'Empty list' : value === null ? 'Empty list' : undefined;

/** A list of `from:to` pairs. */
export const colonPairs: Validator = (value) => {
  if (!Array.isArray(value)) return undefined;
  // As Java splits: what is empty at the end does not count.
  const wrong = value.some((entry: unknown) => !/^[^:]*:[^:]+$/.test(String(entry)));
  return wrong ? 'Invalid rename mapping: not a pair separated by a colon' : undefined;
};
