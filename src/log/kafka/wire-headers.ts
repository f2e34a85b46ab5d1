import type { IHeaders } from 'kafkajs';
import type { Header } from '../../record.js';

interface WireHeader {
  readonly key: string;
  readonly value: Buffer | string | null;
}

/**
 * Headers on their way out. kafkajs takes an object, in which repeated names lose their places and null fails; but it lists the values of a name by
 * `map`, and this map answers with all headers as they are.
 */
export function headersToWire(headers: readonly Header[]): IHeaders {
  return { all: new HeaderList(headers) as string[] };
}

/** Headers as kafkajs decodes them: repeated names come together, in the order of their first. */
export function headersFromWire(headers: IHeaders): Header[] {
  return Object.entries(headers).flatMap(([key, values]) =>
    (Array.isArray(values) ? values : [values])
      // A name such as "constructor" arrives with what every object inherits under it.
      .filter((value: unknown) => typeof value !== 'function')
      .map((value) => ({ key, value: typeof value === 'string' ? Buffer.from(value) : (value ?? null) })),
  );
}

class HeaderList extends Array<unknown> {
  readonly #headers: readonly Header[];

  constructor(headers: readonly Header[]) {
    super();
    this.#headers = headers;
  }

  override map<T>(): T[] {
    return this.#headers.map(({ key, value }): WireHeader =>
      value === null ? new NullHeader(key) : { key, value: bufferOf(value) },
    ) as T[];
  }
}

/** kafkajs measures a value before it asks whether it is null: the first answer has a length, of no bytes, as null has on the wire. */
class NullHeader implements WireHeader {
  #measured = false;

  constructor(readonly key: string) {}

  get value(): string | null {
    if (this.#measured) return null;
    this.#measured = true;
    return '';
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
