import { error } from '../../errors.js';
import { fieldOf, type Schema } from './schema.js';

/** A value of a STRUCT schema: fields by name, defaults of the schema where nothing is set. */
export class Struct {
  readonly #values: Map<string, unknown>;

  /** `values` by field name; a name that the schema does not have throws HW_CONNECT_DATA. */
  constructor(
    readonly schema: Schema,
    values: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]> = {},
  ) {
    const entries = Symbol.iterator in values ? values : Object.entries(values);
    this.#values = new Map(entries);
    for (const name of this.#values.keys()) this.#known(name);
  }

  /** The value of a field, its schema's default where it is null. */
  get(name: string): unknown {
    const value = this.getWithoutDefault(name);
    return value ?? fieldOf(this.schema, name)?.schema.default ?? null;
  }

  /** The value of a field as it was set. */
  getWithoutDefault(name: string): unknown {
    this.#known(name);
    return this.#values.get(name) ?? null;
  }

  /** The fields as a plain object; nested structs and maps likewise. */
  toObject(): Record<string, unknown> {
    return Object.fromEntries((this.schema.fields ?? []).map(({ name }) => [name, plain(this.get(name))]));
  }

  #known(name: string): void {
    if (!fieldOf(this.schema, name)) throw error('HW_CONNECT_DATA', { problem: `${name} is not a valid field name` });
  }
}

/** A Connect value as plain JavaScript: structs and maps become objects. */
export function plain(value: unknown): unknown {
  if (value instanceof Struct) return value.toObject();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [String(key), plain(entry)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

/** Whether a value is a schemaless map (a plain object). */
export function isPlainMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Struct || value instanceof Uint8Array || value instanceof Date || value instanceof Map) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}
