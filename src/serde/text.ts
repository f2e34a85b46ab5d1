import { error, reasonOf } from '../errors.js';
import type { Format } from './serde.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 text. Throws HW_SERDE on null and on bytes that are not UTF-8. */
export const text: Format<string> = {
  name: 'text',
  bind({ topic, side }) {
    const fail = (reason: string, cause?: unknown) => error('HW_SERDE', { side, topic, format: 'text', reason }, cause);
    return {
      serialize: (value) => Buffer.from(value),
      deserialize(value) {
        if (value === null) throw fail('it is null');
        try {
          return utf8.decode(value);
        } catch (cause) {
          throw fail(reasonOf(cause), cause);
        }
      },
    };
  },
};
