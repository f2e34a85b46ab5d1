import { deserialize, serialize } from 'node:v8';

import type { Format } from './serde.js';

/**
 * Any structured-cloneable value (typed arrays, maps, dates, bigints) in V8's serialization format, which newer Node versions go on reading.
 * The default for state; not meant for topics that other programs read.
 */
export function structured<T>(): Format<T> {
  return {
    name: 'structured',
    bind: () => ({ serialize: (value) => serialize(value), deserialize: (bytes) => deserialize(bytes ?? new Uint8Array()) as T }),
  };
}
