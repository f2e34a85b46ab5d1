import type { Type } from 'avsc';

/** Confluent's wire format: a zero byte, the schema's id as a big-endian int32, the Avro body. */
const MAGIC = 0;
const HEADER_BYTES = 5;

/** Small messages are written here and copied out; larger ones learn their size here and are then written in place, once. */
const scratch = Buffer.allocUnsafeSlow(1024);

export function encodeMessage(type: Type, id: number, value: unknown): Buffer {
  const end = type.encode(value, scratch, HEADER_BYTES);
  const message = Buffer.allocUnsafe(end > 0 ? end : scratch.length - end);
  if (end > 0) scratch.copy(message, HEADER_BYTES, HEADER_BYTES, end);
  else type.encode(value, message, HEADER_BYTES);
  message[0] = MAGIC;
  message.writeInt32BE(id, 1);
  return message;
}

/** The schema id of a message, or what is wrong with its header. */
export function schemaIdOf(message: Buffer): number | string {
  if (message.length < HEADER_BYTES) return `${message.length} bytes are too short for a schema id`;
  if (message[0] !== MAGIC) return `it starts with byte ${message[0] ?? ''}, expected ${MAGIC} and a schema id`;
  return message.readInt32BE(1);
}

interface Decoded {
  readonly value: unknown;
  readonly offset: number;
}

/** The body of a message, read with `type` or its `resolver` to the last byte. Throws a plain Error with the reason. */
export function decodeMessage(type: Type, message: Buffer, resolver?: ReturnType<Type['createResolver']>): unknown {
  const { value, offset } = type.decode(message, HEADER_BYTES, resolver) as Decoded;
  if (offset < 0) throw new RangeError(`it ends early, after ${message.length} bytes`);
  if (offset < message.length) throw new RangeError(`${message.length - offset} bytes are left over`);
  return value;
}
