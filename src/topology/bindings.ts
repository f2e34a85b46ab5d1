import { deadLetterRecord, type Failure } from '../dead-letter.js';
import type { LogRecord, NewRecord, StreamRecord } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format, Serde } from '../serde/serde.js';
import type { Output } from './epoch.js';
import type { Graph, Sink, Source } from './graph.js';

interface Pair {
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
}

/** The serdes of a graph's topics, bound to the registry once. */
export class Bindings {
  readonly #pairs: ReadonlyMap<Source | Sink, Pair>;

  constructor(graph: Graph, registry: SchemaRegistry) {
    const bind = (format: Format<unknown>, topic: string, side: 'key' | 'value') => format.bind({ topic, side, registry });
    const nodes: (Source | Sink)[] = [...graph.sources.values(), ...graph.sinks];
    this.#pairs = new Map(
      nodes.map((node) => [node, { key: bind(node.key, node.name, 'key'), value: bind(node.value, node.name, 'value') }]),
    );
  }

  /** Decodes a record of the log. Asynchronous only while a schema is looked up; rejects where the bytes do not fit. */
  decode(source: Source, origin: LogRecord): StreamRecord | Promise<StreamRecord> {
    const serdes = this.#pairs.get(source)!;
    const record = (key: unknown, value: unknown): StreamRecord => ({
      key,
      value,
      timestamp: origin.timestamp,
      headers: origin.headers,
      origin,
    });
    const key = serdes.key.deserialize(origin.key);
    const value = serdes.value.deserialize(origin.value);
    if (key instanceof Promise || value instanceof Promise) return Promise.all([key, value]).then(([k, v]) => record(k, v));
    return record(key, value);
  }

  /** Encodes what a sink received. */
  encode({ sink, record }: Output): NewRecord | Promise<NewRecord> {
    const serdes = this.#pairs.get(sink)!;
    const { timestamp, headers } = record;
    const encoded = (key: Uint8Array | null, value: Uint8Array | null): NewRecord => ({ topic: sink.name, timestamp, headers, key, value });
    const key = serdes.key.serialize(record.key);
    const value = serdes.value.serialize(record.value);
    if (key instanceof Promise || value instanceof Promise) return Promise.all([key, value]).then(([k, v]) => encoded(k, v));
    return encoded(key, value);
  }
}

/** Failed records of an epoch, each origin once, with the first reason. */
export class Failures {
  readonly #byOrigin = new Map<string, Failure>();

  add(failure: Failure): void {
    const { topic, partition, offset } = failure.record;
    const origin = `${topic}-${partition}@${offset}`;
    if (!this.#byOrigin.has(origin)) this.#byOrigin.set(origin, failure);
  }

  get size(): number {
    return this.#byOrigin.size;
  }

  get first(): Failure | undefined {
    return this.#byOrigin.values().next().value;
  }

  deadLetters(topic: string): NewRecord[] {
    return [...this.#byOrigin.values()].map((failure) => deadLetterRecord(topic, failure));
  }

  clear(): void {
    this.#byOrigin.clear();
  }
}
