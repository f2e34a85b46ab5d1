import { defineConfig, type Properties } from '../../config/index.js';
import { javaText } from '../data/value-text.js';
import { Schemas, type Schema } from '../data/schema.js';
import type { Converter, ConverterPlugin, HeaderConverter, HeaderConverterPlugin } from './converter.js';
import { converterKeys } from './converter-config.js';

const config = defineConfig({
  ...converterKeys,
  'converter.encoding': {
    type: 'STRING',
    default: 'UTF-8',
    importance: 'HIGH',
    width: 'MEDIUM',
    displayName: 'Encoding',
    doc: 'Character set of the stored text.',
    validator: (value) => (typeof value === 'string' && encodingOf(value) ? undefined : 'Unsupported character set'),
  },
});

/** Stores values as text (`StringConverter`). */
export const stringConverter: ConverterPlugin & HeaderConverterPlugin = {
  className: 'org.apache.kafka.connect.storage.StringConverter',
  config,
  create: (properties, { side }) => make({ 'converter.type': side, ...properties }),
  createHeader: (properties) => make({ 'converter.type': 'header', ...properties }),
};

function make(properties: Properties): Converter & HeaderConverter {
  const encoding = encodingOf(config.parse(properties)['converter.encoding']) ?? 'utf8';
  const encode = (schema: Schema | null, value: unknown): Uint8Array | null =>
    value === null || value === undefined ? null : Buffer.from(javaText(schema, value), encoding);
  const decode = (bytes: Uint8Array | null) => ({
    schema: Schemas.optionalString,
    value: bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding),
  });
  return {
    fromConnect: (_topic, schema, value) => encode(schema, value),
    toConnect: (_topic, bytes) => decode(bytes),
    fromConnectHeader: encode,
    toConnectHeader: decode,
  };
}

function encodingOf(name: string): BufferEncoding | undefined {
  const encodings: Record<string, BufferEncoding> = {
    'UTF-8': 'utf8',
    UTF8: 'utf8',
    'US-ASCII': 'ascii',
    'ISO-8859-1': 'latin1',
    'UTF-16LE': 'utf16le',
  };
  return encodings[name.toUpperCase()];
}
