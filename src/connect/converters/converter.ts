import type { ConfigDefinition, Properties } from '../../config/index.js';
import type { SchemaRegistry } from '../../serde/registry.js';
import type { SchemaAndValue } from '../data/parse-text.js';
import type { Schema } from '../data/schema.js';

/** Between Connect's data and the bytes on the log. A promise only where a schema must be looked up. */
export interface Converter {
  fromConnect(topic: string, schema: Schema | null, value: unknown): Uint8Array | null | Promise<Uint8Array | null>;
  /** Throws HW_CONNECT_DATA where the bytes do not fit. */
  toConnect(topic: string, bytes: Uint8Array | null): SchemaAndValue | Promise<SchemaAndValue>;
}

/** The same for the values of headers. */
export interface HeaderConverter {
  fromConnectHeader(schema: Schema | null, value: unknown): Uint8Array | null;
  toConnectHeader(bytes: Uint8Array | null): SchemaAndValue;
}

/** What a converter may need beyond its properties. */
interface ConverterContext {
  readonly side: 'key' | 'value';
  readonly registry?: SchemaRegistry;
}

/** How the worker finds, describes and makes a converter. */
export interface ConverterPlugin {
  readonly className: string;
  readonly config: ConfigDefinition;
  create(properties: Properties, context: ConverterContext): Converter;
}

export interface HeaderConverterPlugin {
  readonly className: string;
  readonly config: ConfigDefinition;
  createHeader(properties: Properties): HeaderConverter;
}
