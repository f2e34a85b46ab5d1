import { defineConfig } from '../../config/index.js';
import { parseText } from '../data/parse-text.js';
import { headerText } from '../data/value-text.js';
import type { HeaderConverterPlugin } from './converter.js';

/** Header values as text, their schemas inferred when read back (`SimpleHeaderConverter`). */
export const simpleHeaderConverter: HeaderConverterPlugin = {
  className: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  config: defineConfig({}),
  createHeader: () => ({
    fromConnectHeader: (schema, value) => (value === null || value === undefined ? null : Buffer.from(headerText(schema, value))),
    toConnectHeader: (bytes) =>
      bytes === null
        ? { schema: null, value: null }
        : parseText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')),
  }),
};
