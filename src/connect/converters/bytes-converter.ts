import { defineConfig } from '../../config/index.js';
import { error } from '../../errors.js';
import { Schemas, type Schema } from '../data/schema.js';
import type { Converter, ConverterPlugin, HeaderConverter, HeaderConverterPlugin } from './converter.js';
import { converterKeys } from './converter-config.js';

/** Passes bytes through (`ByteArrayConverter`). */
export const bytesConverter: ConverterPlugin & HeaderConverterPlugin = {
  className: 'org.apache.kafka.connect.converters.ByteArrayConverter',
  config: defineConfig(converterKeys),
  create: () => passThrough,
  createHeader: () => passThrough,
};

const passThrough: Converter & HeaderConverter = {
  fromConnect: (_topic, schema, value) => checked(schema, value),
  toConnect: (_topic, bytes) => ({ schema: Schemas.optionalBytes, value: bytes }),
  fromConnectHeader: checked,
  toConnectHeader: (bytes) => ({ schema: Schemas.optionalBytes, value: bytes }),
};

function checked(schema: Schema | null, value: unknown): Uint8Array | null {
  if (schema && schema.type !== 'BYTES') {
    throw error('HW_CONNECT_DATA', { problem: `Invalid schema type for ByteArrayConverter: ${schema.type}` });
  }
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  throw error('HW_CONNECT_DATA', { problem: `ByteArrayConverter is not compatible with objects of type ${typeof value}` });
}
