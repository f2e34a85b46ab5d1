import { error, reasonOf } from '../errors.js';
import { asBuffer } from './as-buffer.js';
import type { Format } from './serde.js';

/** JSON as UTF-8, without a schema: `T` is taken on trust. Throws HW_SERDE. */
export function json<T = unknown>(): Format<T> {
  return {
    name: 'JSON',
    bind({ topic, side }) {
      const fail = (reason: string, cause?: unknown) => error('HW_SERDE', { side, topic, format: 'JSON', reason }, cause);
      return {
        serialize(value) {
          if (value === undefined) throw fail('JSON has no undefined');
          try {
            return Buffer.from(JSON.stringify(value));
          } catch (cause) {
            throw fail(reasonOf(cause), cause);
          }
        },
        deserialize(bytes) {
          if (bytes === null) throw fail('it is null');
          try {
            return JSON.parse(asBuffer(bytes).toString()) as T;
          } catch (cause) {
            throw fail(reasonOf(cause), cause);
          }
        },
      };
    },
  };
}
