import type { ConfigDefinition, ConfigKeys, ConfigOf, Properties } from '../../config/index.js';
import { error } from '../../errors.js';
import type { ConnectRecord } from '../data/record.js';
import type { Schema } from '../data/schema.js';
import { isPlainMap, Struct } from '../data/struct.js';

/** One record in, one out; null drops it. */
export type Transformation = <R extends ConnectRecord>(record: R) => R | null;

/** How the worker finds, describes and makes a single message transform. */
export interface TransformationPlugin {
  readonly className: string;
  readonly config: ConfigDefinition;
  create(properties: Properties): Transformation;
}

/** The key or the value of a record: what a `$Key` or `$Value` transform works on. */
export interface Side {
  schema(record: ConnectRecord): Schema | null;
  value(record: ConnectRecord): unknown;
  replace<R extends ConnectRecord>(record: R, schema: Schema | null, value: unknown): R;
}

const sides: Readonly<Record<'Key' | 'Value', Side>> = {
  Key: {
    schema: (record) => record.keySchema,
    value: (record) => record.key,
    replace: (record, keySchema, key) => ({ ...record, keySchema, key }),
  },
  Value: {
    schema: (record) => record.valueSchema,
    value: (record) => record.value,
    replace: (record, valueSchema, value) => ({ ...record, valueSchema, value }),
  },
};

const PACKAGE = 'org.apache.kafka.connect.transforms.';

/** A transform on whole records. */
export function onRecord<K extends ConfigKeys>(
  name: string,
  config: ConfigDefinition<K>,
  make: (options: ConfigOf<{ keys: K }>) => Transformation,
): TransformationPlugin[] {
  return [{ className: PACKAGE + name, config, create: (properties) => make(config.parse(properties)) }];
}

/** A transform in its two forms, `Name$Key` and `Name$Value`. */
export function onKeyAndValue<K extends ConfigKeys>(
  name: string,
  config: ConfigDefinition<K>,
  make: (options: ConfigOf<{ keys: K }>, side: Side) => Transformation,
): TransformationPlugin[] {
  return (['Key', 'Value'] as const).map((side) => ({
    className: `${PACKAGE}${name}$${side}`,
    config,
    create: (properties) => make(config.parse(properties), sides[side]),
  }));
}

/** The value as a struct. Throws HW_CONNECT_DATA where it is none. */
export function requireStruct(value: unknown, purpose: string): Struct {
  if (value instanceof Struct) return value;
  throw error('HW_CONNECT_DATA', { problem: `Only Struct objects supported for [${purpose}], found: ${kindOf(value)}` });
}

/** The value as a schemaless map. Throws HW_CONNECT_DATA where it is none. */
export function requireMap(value: unknown, purpose: string): Record<string, unknown> {
  if (isPlainMap(value)) return value;
  throw error('HW_CONNECT_DATA', { problem: `Only Map objects supported in absence of schema for [${purpose}], found: ${kindOf(value)}` });
}

/** Remembers what was made of each schema. */
export function perSchema<T>(make: (schema: Schema) => T): (schema: Schema) => T {
  const made = new WeakMap<Schema, { readonly value: T }>();
  return (schema) => {
    const known = made.get(schema) ?? { value: make(schema) };
    made.set(schema, known);
    return known.value;
  };
}

/** Reads fields with or without the schema's default in place of null. */
export function fieldReader(replaceNullWithDefault: boolean): (struct: Struct, name: string) => unknown {
  return replaceNullWithDefault ? (struct, name) => struct.get(name) : (struct, name) => struct.getWithoutDefault(name);
}

function kindOf(value: unknown): string {
  return value === null || value === undefined
    ? 'null'
    : (Object.getPrototypeOf(value) as { constructor: { name: string } }).constructor.name;
}
