import { validators, type ConfigKeys } from '../../config/index.js';

/** The key that every converter has: what it is used for. */
export const converterKeys = {
  'converter.type': {
    type: 'STRING',
    importance: 'LOW',
    doc: 'What this converter is used for.',
    validator: validators.oneOf('key', 'value', 'header'),
  },
} as const satisfies ConfigKeys;
