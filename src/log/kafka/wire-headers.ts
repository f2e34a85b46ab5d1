import type { IHeaders } from 'kafkajs';
import type { Header } from '../../record.js';

/** Headers as kafkajs decodes them: repeated names come together, in the order of their first. */
export function headersFromWire(headers: IHeaders): Header[] {
  return Object.entries(headers).flatMap(([key, values]) =>
    (Array.isArray(values) ? values : [values])
      // A name such as "constructor" arrives with what every object inherits under it.
      .filter((value: unknown) => typeof value !== 'function')
      .map((value) => ({ key, value: typeof value === 'string' ? Buffer.from(value) : (value ?? null) })),
  );
}
