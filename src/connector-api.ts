// What connectors are made of: `headwater/connect`. A worker that loads connectors by these names alone loads no model, no engine and no picture library.

// Connectors and their configuration
export { defineConfig, Password, validators, type ConfigOf, type Properties, type Validator } from './config/index.js';
export { defineSink, defineSource, RetriableError } from './connect/connector.js';
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
} from './connect/connector.js';
export type { ConnectorManifest } from './connect/connector-manifest.js';
export { optionalPackage } from './connect/optional-package.js';

// Records and schemas
export { partitionName } from './record.js';
export type { Position } from './log/log.js';
export type { TopicPartition } from './record.js';
export { reasonOf } from './errors.js';
export { Decimal } from './connect/data/decimal.js';
export { LogicalTypes } from './connect/data/logical-types.js';
export type { ConnectHeader, ConnectRecord, NewSourceRecord, SinkRecord, SourceMap } from './connect/data/record.js';
export { arrayOf, mapOf, optional, primitive, Schemas, structOf, type Field, type Schema, type SchemaType } from './connect/data/schema.js';
export { plain, Struct } from './connect/data/struct.js';
export { javaText } from './connect/data/value-text.js';
export { parseJson } from './connect/converters/json-text.js';

// Events
export { connectSchemaOf } from './connect/connect-schema-of.js';
export { ImageEvent } from './events/image-event.js';
export { LabelEvent } from './events/label-event.js';
export { regionKey } from './events/region-key.js';

// Random numbers
export { uniformAt } from './ml/random.js';
