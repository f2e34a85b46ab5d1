import type { Type } from 'avsc';
import { isError } from '../errors.js';
import { asBuffer } from './as-buffer.js';
import { avroType } from './avro-types.js';
import type { SchemaRegistry } from './registry.js';
import { decodeMessage, schemaIdOf } from './wire.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the values of a topic that nobody has described: Avro by the schema id in front, else JSON, else text, else the bytes themselves.
 * Throws only what is wrong with the registry.
 */
export function selfDescribing(registry: SchemaRegistry): (bytes: Uint8Array | null) => Promise<unknown> {
  const types = new Map<number, Type>();

  async function typeOf(id: number): Promise<Type | undefined> {
    try {
      const type = types.get(id) ?? avroType(await registry.schemaById(id));
      types.set(id, type);
      return type;
    } catch (reason) {
      if (isError(reason, 'HW_REGISTRY_AWAY') || isError(reason, 'HW_REGISTRY_DENIED')) throw reason;
      return undefined;
    }
  }

  return async (bytes) => {
    if (bytes === null) return null;
    const message = asBuffer(bytes);
    const id = schemaIdOf(message);
    const type = typeof id === 'number' ? await typeOf(id) : undefined;
    try {
      if (type) return decodeMessage(type, message);
      return jsonOrText(utf8.decode(message));
    } catch {
      return bytes;
    }
  };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
