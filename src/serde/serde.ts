import type { SchemaRegistry } from './registry.js';

/** Bytes and back. Synchronous wherever the schema is known already; a promise only while it is looked up. `null` stands for Kafka's null. */
export interface Serde<T> {
  serialize(value: T): Uint8Array | null | Promise<Uint8Array | null>;
  /** Throws HW_SERDE where the bytes do not fit. */
  deserialize(bytes: Uint8Array | null): T | Promise<T>;
}

/** Where a serde is used: which topic, which side, which registry. */
export interface SerdeContext {
  readonly topic: string;
  readonly side: 'key' | 'value';
  readonly registry: SchemaRegistry;
}

/** A format that a topology names, bound to a topic when the topology runs. `ImageEvent`, `json()`, `text`, `bytes` are formats. */
export interface Format<T> {
  readonly name: string;
  bind(context: SerdeContext): Serde<T>;
}

export type ValueOf<F> = F extends Format<infer T> ? T : never;
