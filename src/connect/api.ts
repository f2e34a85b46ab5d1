// What connectors are made of. Loads no worker and no server.
export { defineSink, defineSource, RetriableError } from './connector.js';
export type {
  AlteredOffsets,
  Connector,
  ConnectorContext,
  ConnectorPlugin,
  ErrantRecordReporter,
  OffsetReader,
  SinkPlugin,
  SinkTask,
  SinkTaskContext,
  SourcePlugin,
  SourceTask,
  SourceTaskContext,
  TransactionContext,
} from './connector.js';
export type { ConnectorManifest } from './connector-manifest.js';
export { Decimal } from './data/decimal.js';
export { LogicalTypes } from './data/logical-types.js';
export type { ConnectHeader, ConnectRecord, NewSourceRecord, SinkRecord, SourceMap } from './data/record.js';
export { arrayOf, mapOf, optional, primitive, Schemas, structOf, type Field, type Schema, type SchemaType } from './data/schema.js';
export { plain, Struct } from './data/struct.js';
export { javaText } from './data/value-text.js';
export { connectSchemaOf } from './connect-schema-of.js';
export { optionalPackage } from './optional-package.js';
export { parseJson } from './converters/json-text.js';
