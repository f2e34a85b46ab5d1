import { error, isError, reasonOf } from '../errors.js';
import { asBuffer } from './as-buffer.js';
import { avroType } from './avro-types.js';
import { invalidField } from './invalid-field.js';
import type { Format, Serde, SerdeContext } from './serde.js';
import { decodeMessage, encodeMessage, schemaIdOf } from './wire.js';

export interface AvroFormat<T> extends Format<T> {
  /** The schema as JSON text, as it is registered. */
  readonly schema: string;
}

export interface AvroOptions<T> {
  /** What a schema cannot say: the reason why a value is none of this format, or nothing. Asked when writing and when reading. */
  readonly check?: (value: T) => string | undefined;
}

/**
 * Avro in Confluent's wire format under the subject `TOPIC-value` (or `-key`). Readers resolve the writer's schema to their own, by id.
 * `bytes` become views of the message, `{type: bytes, logicalType: float32-array}` a Float32Array. Throws HW_SERDE.
 */
export function avro<T>(name: string, schema: object | string, { check = () => undefined }: AvroOptions<T> = {}): AvroFormat<T> {
  const text = JSON.stringify(schema);
  const type = avroType(text);

  function bind({ topic, side, registry }: SerdeContext): Serde<T> {
    const subject = `${topic}-${side}`;
    const readers = new Map<number, (message: Buffer) => T>();
    let writerId: number | undefined;
    let registering: Promise<number> | undefined;

    const fail = (reason: string, cause?: unknown) => error('HW_SERDE', { side, topic, format: name, reason }, cause);

    function checked(value: T): T {
      const problem = check(value);
      if (problem !== undefined) throw fail(problem);
      return value;
    }

    function encode(id: number, value: T): Buffer {
      let message: Buffer;
      try {
        message = encodeMessage(type, id, value);
      } catch (cause) {
        throw fail(invalidField(type, value) ?? reasonOf(cause), cause);
      }
      checked(value);
      return message;
    }

    async function makeReader(id: number): Promise<(message: Buffer) => T> {
      const writerSchema = await registry.schemaById(id).catch((cause: unknown) => {
        throw isError(cause, 'HW_SCHEMA_UNKNOWN') ? fail(cause.message, cause) : cause;
      });
      try {
        const writer = avroType(writerSchema);
        const resolver = type.equals(writer) ? undefined : type.createResolver(writer);
        return (message) => decodeMessage(type, message, resolver) as T;
      } catch (cause) {
        throw fail(`it was written with schema ${id}, which ${name} cannot read (${reasonOf(cause)})`, cause);
      }
    }

    function decode(reader: (message: Buffer) => T, message: Buffer): T {
      let value: T;
      try {
        value = reader(message);
      } catch (cause) {
        throw fail(reasonOf(cause), cause);
      }
      return checked(value);
    }

    return {
      serialize(value) {
        if (writerId !== undefined) return encode(writerId, value);
        registering ??= registry.register(subject, text).finally(() => (registering = undefined));
        return registering.then((id) => encode((writerId = id), value));
      },
      deserialize(bytes) {
        if (bytes === null) throw fail('it is null');
        const message = asBuffer(bytes);
        const id = schemaIdOf(message);
        if (typeof id === 'string') throw fail(id);
        const known = readers.get(id);
        if (known) return decode(known, message);
        return makeReader(id).then((reader) => {
          readers.set(id, reader);
          return decode(reader, message);
        });
      },
    };
  }

  return { name, schema: text, bind };
}
