import { defineConfig } from '../../config/index.js';
import { error, reasonOf } from '../../errors.js';
import { asBuffer } from '../../serde/as-buffer.js';
import { avroType } from '../../serde/avro-types.js';
import { ConfluentRegistry } from '../../serde/confluent-registry.js';
import type { SchemaRegistry } from '../../serde/registry.js';
import { decodeMessage, encodeMessage, schemaIdOf } from '../../serde/wire.js';
import type { SchemaAndValue } from '../data/parse-text.js';
import type { Schema } from '../data/schema.js';
import { avroCodec, type AvroCodec } from './avro-codec.js';
import { avroSchemaOf } from './avro-schema.js';
import type { Converter, ConverterPlugin } from './converter.js';
import { converterKeys } from './converter-config.js';

const config = defineConfig({
  ...converterKeys,
  'schema.registry.url': {
    type: 'STRING',
    default: null,
    importance: 'HIGH',
    doc: "A Confluent-compatible registry. Default: the log's own, in its _schemas topic.",
  },
});

/** Avro in Confluent's wire format, schemas in a registry under `TOPIC-key` and `TOPIC-value` (`io.confluent.connect.avro.AvroConverter`). */
export const avroConverter: ConverterPlugin = {
  className: 'io.confluent.connect.avro.AvroConverter',
  config,
  create(properties, { side, registry }) {
    const url = config.parse({ 'converter.type': side, ...properties })['schema.registry.url'];
    const used = url === null ? registry : new ConfluentRegistry(url);
    if (!used) throw error('HW_CONNECT_DATA', { problem: 'AvroConverter needs schema.registry.url here' });
    return makeAvroConverter(used, side);
  },
};

interface Writer {
  readonly id: number;
  readonly type: ReturnType<typeof avroType>;
  readonly codec: AvroCodec;
}

function makeAvroConverter(registry: SchemaRegistry, side: 'key' | 'value'): Converter {
  const writers = new Map<string, WeakMap<Schema, Writer>>();
  const readers = new Map<number, Omit<Writer, 'id'>>();

  async function writerFor(topic: string, schema: Schema): Promise<Writer> {
    const text = JSON.stringify(avroSchemaOf(schema));
    const writer: Writer = {
      id: await registry.register(`${topic}-${side}`, text),
      type: avroType(text),
      codec: avroCodec(JSON.parse(text)),
    };
    const ofTopic = writers.get(topic) ?? new WeakMap<Schema, Writer>();
    writers.set(topic, ofTopic.set(schema, writer));
    return writer;
  }

  async function readerFor(id: number): Promise<Omit<Writer, 'id'>> {
    const text = await registry.schemaById(id);
    const reader = { type: avroType(text), codec: avroCodec(JSON.parse(text)) };
    readers.set(id, reader);
    return reader;
  }

  return {
    fromConnect(topic, schema, value) {
      if (!schema) {
        if (value === null || value === undefined) return null;
        throw error('HW_CONNECT_DATA', { problem: 'AvroConverter needs values with a schema' });
      }
      const known = writers.get(topic)?.get(schema);
      return known ? encode(known, value) : writerFor(topic, schema).then((writer) => encode(writer, value));
    },
    toConnect(_topic, bytes) {
      if (bytes === null) return { schema: null, value: null };
      const message = asBuffer(bytes);
      const id = schemaIdOf(message);
      if (typeof id === 'string') throw error('HW_CONNECT_DATA', { problem: `Failed to deserialize data to Avro: ${id}` });
      const known = readers.get(id);
      return known ? decode(known, message) : readerFor(id).then((reader) => decode(reader, message));
    },
  };
}

function encode({ id, type, codec }: Writer, value: unknown): Uint8Array {
  try {
    return encodeMessage(type, id, codec.write(value));
  } catch (thrown) {
    throw error('HW_CONNECT_DATA', { problem: `Failed to serialize to Avro: ${reasonOf(thrown)}` }, thrown);
  }
}

function decode({ type, codec }: Omit<Writer, 'id'>, message: Buffer): SchemaAndValue {
  try {
    return { schema: codec.schema, value: codec.read(decodeMessage(type, message)) };
  } catch (thrown) {
    throw error('HW_CONNECT_DATA', { problem: `Failed to deserialize data to Avro: ${reasonOf(thrown)}` }, thrown);
  }
}
