import { defineConfig, validators, type Properties } from '../../config/index.js';
import { error } from '../../errors.js';
import type { SchemaAndValue } from '../data/parse-text.js';
import type { Schema } from '../data/schema.js';
import { isPlainMap } from '../data/struct.js';
import type { Converter, ConverterPlugin, HeaderConverter, HeaderConverterPlugin } from './converter.js';
import { converterKeys } from './converter-config.js';
import { schemaFromJson, schemaToJson } from './json-schema.js';
import { jsonBytes, parseJson } from './json-text.js';
import { fromJsonValue, toJsonValue, type JsonFormat } from './json-value.js';

const config = defineConfig({
  ...converterKeys,
  'schemas.enable': {
    type: 'BOOLEAN',
    default: true,
    importance: 'HIGH',
    doc: 'Whether each key and value carries its schema in an envelope.',
    group: 'Schemas',
    order: 0,
    width: 'MEDIUM',
    displayName: 'Enable Schemas',
  },
  'schemas.cache.size': {
    type: 'INT',
    default: 1000,
    importance: 'HIGH',
    doc: 'How many schemas one converter remembers.',
    group: 'Schemas',
    order: 1,
    width: 'MEDIUM',
    displayName: 'Schema Cache Size',
  },
  'schema.content': {
    type: 'STRING',
    default: null,
    importance: 'HIGH',
    doc: 'A schema for all messages of a sink; the messages are then read without an envelope.',
    group: 'Schemas',
    order: 2,
    width: 'MEDIUM',
    displayName: 'Schema Content',
  },
  'decimal.format': {
    type: 'STRING',
    default: 'BASE64',
    importance: 'LOW',
    doc: 'How decimals are written: BASE64 (bytes) or NUMERIC, in any case.',
    group: 'Serialization',
    order: 0,
    width: 'MEDIUM',
    displayName: 'Decimal Format',
    validator: validators.oneOfIgnoringCase('NUMERIC', 'BASE64'),
  },
  'replace.null.with.default': {
    type: 'BOOLEAN',
    default: true,
    importance: 'LOW',
    doc: "Whether a null is replaced by its schema's default.",
    group: 'Serialization',
    order: 1,
    width: 'MEDIUM',
    displayName: 'Replace null with default',
  },
});

/** JSON, with its schema in an envelope or without (`JsonConverter`). */
export const jsonConverter: ConverterPlugin & HeaderConverterPlugin = {
  className: 'org.apache.kafka.connect.json.JsonConverter',
  config,
  create: (properties, { side }) => makeJsonConverter({ 'converter.type': side, ...properties }),
  createHeader: (properties) => makeJsonConverter({ 'converter.type': 'header', ...properties }),
};

function makeJsonConverter(properties: Properties): Converter & HeaderConverter {
  const options = config.parse(properties);
  const format: JsonFormat = {
    decimals: options['decimal.format'].toUpperCase() === 'NUMERIC' ? 'NUMERIC' : 'BASE64',
    replaceNullWithDefault: options['replace.null.with.default'],
  };
  const enveloped = options['schemas.enable'];
  const content = enveloped && options['schema.content'] ? schemaFromJson(JSON.parse(options['schema.content']), format) : null;
  const written = new WeakMap<Schema, Record<string, unknown>>();
  const read = new Map<string, Schema>();

  const writeSchema = (schema: Schema): Record<string, unknown> => {
    const json = written.get(schema) ?? schemaToJson(schema, format);
    written.set(schema, json);
    return json;
  };
  const readSchema = (json: unknown): Schema => {
    const key = JSON.stringify(json);
    const schema = read.get(key) ?? schemaFromJson(json, format);
    if (read.size < options['schemas.cache.size']) read.set(key, schema);
    return schema;
  };
  const encode = (schema: Schema | null, value: unknown): Uint8Array | null => {
    if (!schema && (value === null || value === undefined)) return null;
    const payload = toJsonValue(schema, value, format);
    return jsonBytes(enveloped ? { schema: schema && writeSchema(schema), payload } : payload);
  };
  const decode = (bytes: Uint8Array | null): SchemaAndValue => {
    if (bytes === null) return { schema: null, value: null };
    const json = parseJson(bytes);
    if (content) return { schema: content, value: fromJsonValue(content, json, format) };
    if (!enveloped) return { schema: null, value: json };
    if (!isPlainMap(json) || Object.keys(json).length !== 2 || !('schema' in json && 'payload' in json)) {
      throw error('HW_CONNECT_DATA', {
        problem:
          'JsonConverter with schemas.enable requires "schema" and "payload" fields and no others; for plain JSON set schemas.enable=false',
      });
    }
    const schema = json.schema === null ? null : readSchema(json.schema);
    return { schema, value: fromJsonValue(schema, json.payload, format) };
  };
  return {
    fromConnect: (_topic, schema, value) => encode(schema, value),
    toConnect: (_topic, bytes) => decode(bytes),
    fromConnectHeader: encode,
    toConnectHeader: decode,
  };
}
