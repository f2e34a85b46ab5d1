import { validators, type Validator } from '../../config/index.js';

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
  const wrong = value.some((entry: unknown) => String(entry).split(':').length !== 2);
  return wrong ? 'Invalid rename mapping: not a pair separated by a colon' : undefined;
};

export const regex = validators.allOf(validators.nonEmpty, validators.regularExpression);
