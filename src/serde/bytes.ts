import type { Format } from './serde.js';

/** Bytes as they are, null included. */
export const bytes: Format<Uint8Array | null> = {
  name: 'bytes',
  bind: () => ({ serialize: (value) => value, deserialize: (value) => value }),
};
