import { error, reasonOf } from '../errors.js';
import { asBuffer } from './as-buffer.js';
import type { Format } from './serde.js';

/**
 * JSON as UTF-8, without a schema: `T` is taken on trust. Vectors (typed arrays) are written as lists, bytes in base64, and are read as such.
 * Throws HW_SERDE.
 */
export function json<T = unknown>(): Format<T> {
  return {
    name: 'JSON',
    bind({ topic, side }) {
      const fail = (reason: string, cause?: unknown) => error('HW_SERDE', { side, topic, format: 'JSON', reason }, cause);
      return {
        serialize(value) {
          if (value === undefined) throw fail('JSON has no undefined');
          try {
            return Buffer.from(holdsArrays(value) ? JSON.stringify(value, plain) : JSON.stringify(value));
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

/** A replacer is slow: it is used only where there is something to replace. */
function holdsArrays(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value)) return true;
  return Array.isArray(value) ? value.some(holdsArrays) : Object.values(value).some(holdsArrays);
}

/** The value of `this[key]`, before its `toJSON` (a Buffer has one). */
function plain(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = this[key];
  if (own instanceof Uint8Array) return Buffer.from(own.buffer, own.byteOffset, own.byteLength).toString('base64');
  return ArrayBuffer.isView(own) && !(own instanceof DataView) ? Array.from(own as Float64Array) : value;
}
