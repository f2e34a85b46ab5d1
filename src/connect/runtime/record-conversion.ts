import type { Properties } from '../../config/index.js';
import type { LogRecord, NewRecord } from '../../record.js';
import type { SchemaRegistry } from '../../serde/registry.js';
import type { Converter, HeaderConverter } from '../converters/converter.js';
import type { SchemaAndValue } from '../data/parse-text.js';
import type { ConnectHeader, ConnectRecord, SinkRecord, SourceRecord } from '../data/record.js';
import type { Plugins } from '../plugins.js';
import { skipped, type ErrorHandler, type FailurePlace, type Skipped, type Stage } from './error-handling.js';
import { withPrefix } from './properties.js';
import { transformationChain, type ChainStep } from './transformation-chain.js';

interface Named<T> {
  readonly className: string;
  readonly converter: T;
}

/** The converters and transforms of one task: between the bytes on the log and what sources give and sinks take. */
export class RecordConversion {
  readonly #key: Named<Converter>;
  readonly #value: Named<Converter>;
  readonly #header: Named<HeaderConverter>;
  readonly #chain: readonly ChainStep[];

  /** `properties` are the connector's; what it does not say about converters, `workerProperties` do. */
  constructor(
    properties: Properties,
    workerProperties: Properties,
    plugins: Plugins,
    registry: SchemaRegistry,
    private readonly errors: ErrorHandler,
  ) {
    const converter = (side: 'key' | 'value'): Named<Converter> => {
      const from = properties[`${side}.converter`] ? properties : workerProperties;
      const plugin = plugins.converter(from[`${side}.converter`] ?? '');
      return { className: plugin.className, converter: plugin.create(withPrefix(from, `${side}.converter.`), { side, registry }) };
    };
    this.#key = converter('key');
    this.#value = converter('value');
    const from = properties['header.converter'] ? properties : workerProperties;
    const header = plugins.headerConverter(from['header.converter'] ?? '');
    this.#header = { className: header.className, converter: header.createHeader(withPrefix(from, 'header.converter.')) };
    this.#chain = transformationChain(properties, plugins);
  }

  /** What a sink takes, or nothing where a transform dropped it or its failure is tolerated. */
  async toSinkRecord(origin: LogRecord): Promise<SinkRecord | undefined> {
    const place = (stage: Stage, className: string): FailurePlace => ({ stage, className, origin });
    const key = await this.errors.run(place('KEY_CONVERTER', this.#key.className), () =>
      this.#key.converter.toConnect(origin.topic, origin.key),
    );
    if (key === skipped) return undefined;
    const value = await this.errors.run(place('VALUE_CONVERTER', this.#value.className), () =>
      this.#value.converter.toConnect(origin.topic, origin.value),
    );
    if (value === skipped) return undefined;
    const headers = await this.errors.run(place('HEADER_CONVERTER', this.#header.className), () =>
      origin.headers.map((header): ConnectHeader => ({ key: header.key, ...this.#header.converter.toConnectHeader(header.value) })),
    );
    if (headers === skipped) return undefined;
    return this.#transform(sinkRecord(origin, key, value, headers), origin);
  }

  /** What goes to the log, or nothing. */
  async toLogRecord(record: SourceRecord): Promise<NewRecord | undefined> {
    const result = await this.#transform(record);
    if (!result) return undefined;
    const headers = await this.errors.run({ stage: 'HEADER_CONVERTER', className: this.#header.className }, () =>
      result.headers.map(({ key, schema, value }) => ({ key, value: this.#header.converter.fromConnectHeader(schema, value) })),
    );
    if (headers === skipped) return undefined;
    const key = await this.#toBytes('KEY_CONVERTER', this.#key, result.topic, result.keySchema, result.key);
    if (key === skipped) return undefined;
    const value = await this.#toBytes('VALUE_CONVERTER', this.#value, result.topic, result.valueSchema, result.value);
    if (value === skipped) return undefined;
    return {
      topic: result.topic,
      key,
      value,
      headers,
      ...(result.partition === null ? {} : { partition: result.partition }),
      ...(result.timestamp === null ? {} : { timestamp: result.timestamp }),
    };
  }

  #toBytes(
    stage: Stage,
    { className, converter }: Named<Converter>,
    ...[topic, schema, value]: Parameters<Converter['fromConnect']>
  ): ReturnType<Converter['fromConnect']> | Skipped | Promise<Uint8Array | null | Skipped> {
    return this.errors.run({ stage, className }, () => converter.fromConnect(topic, schema, value));
  }

  async #transform<R extends ConnectRecord>(record: R, origin?: LogRecord): Promise<R | undefined> {
    let current = record;
    for (const step of this.#chain) {
      const place: FailurePlace = { stage: 'TRANSFORMATION', className: step.className, ...(origin ? { origin } : {}) };
      const next = await this.errors.run(place, () => step.apply(current));
      if (next === skipped || next === null) return undefined;
      current = next;
    }
    return current;
  }
}

function sinkRecord(origin: LogRecord, key: SchemaAndValue, value: SchemaAndValue, headers: readonly ConnectHeader[]): SinkRecord {
  const { topic, partition, offset, timestamp } = origin;
  return {
    topic,
    partition,
    offset,
    timestamp,
    keySchema: key.schema,
    key: key.value,
    valueSchema: value.schema,
    value: value.value,
    headers,
    originalTopic: topic,
    originalPartition: partition,
    originalOffset: offset,
  };
}
