import type { Serde } from '../serde/serde.js';
import { KeyOrder } from './key-order.js';

/**
 * Named, keyed state of a task. Reads see the epoch's own writes, which become the state only with `commit`. Values are decoded anew in each epoch, so nothing that a topology does to a value outlives an epoch unless it was `set`.
 */
export class Store<V> {
  readonly #committed = new Map<string, Uint8Array>();
  /** What this epoch read or wrote; `undefined` is a deletion. */
  readonly #epoch = new Map<string, V | undefined>();
  readonly #dirty = new Set<string>();
  readonly #orders = new Map<string, KeyOrder>();

  constructor(
    readonly name: string,
    readonly serde: Serde<V>,
  ) {}

  get(key: string): V | undefined {
    if (this.#epoch.has(key)) return this.#epoch.get(key);
    const bytes = this.#committed.get(key);
    if (bytes === undefined) return undefined;
    const value = this.serde.deserialize(bytes) as V;
    this.#epoch.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    if (!this.has(key)) for (const order of this.#orders.values()) order.add(key);
    this.#epoch.set(key, value);
    this.#dirty.add(key);
  }

  delete(key: string): void {
    this.#epoch.set(key, undefined);
    this.#dirty.add(key);
    for (const order of this.#orders.values()) order.delete(key);
  }

  has(key: string): boolean {
    return this.#epoch.has(key) ? this.#epoch.get(key) !== undefined : this.#committed.has(key);
  }

  /** Keys in the order in which they were first committed, those of this epoch last. */
  *keys(): Generator<string> {
    for (const key of this.#committed.keys()) if (this.has(key)) yield key;
    for (const key of this.#dirty) if (!this.#committed.has(key) && this.has(key)) yield key;
  }

  /** The store's keys ordered by what `place` makes of them; kept up to date from the first call on. */
  orderedBy(name: string, place: (key: string) => string | undefined): KeyOrder {
    const known = this.#orders.get(name);
    if (known) return known;
    const order = new KeyOrder(place);
    for (const key of this.keys()) order.add(key);
    this.#orders.set(name, order);
    return order;
  }

  /** The epoch's writes, encoded, `null` for a deletion, in the order of first write. */
  changes(): ReadonlyMap<string, Uint8Array | null> {
    const encode = (key: string): Uint8Array | null => {
      const value = this.#epoch.get(key);
      return value === undefined ? null : (this.serde.serialize(value) as Uint8Array | null);
    };
    return new Map([...this.#dirty].map((key) => [key, encode(key)]));
  }

  /** Makes `changes` the state and begins the next epoch. */
  commit(changes: ReadonlyMap<string, Uint8Array | null>): void {
    for (const [key, bytes] of changes) this.restore(key, bytes);
    this.rollback();
  }

  /** Empties the store, without a trace in the changelog: for a restore. */
  clear(): void {
    this.rollback();
    this.#committed.clear();
    for (const order of this.#orders.values()) order.clear();
  }

  /** Forgets what this epoch wrote. */
  rollback(): void {
    for (const order of this.#orders.values()) {
      for (const key of this.#dirty) {
        if (this.#committed.has(key)) order.add(key);
        else order.delete(key);
      }
    }
    this.#epoch.clear();
    this.#dirty.clear();
  }

  /** Applies one record of the changelog. */
  restore(key: string, bytes: Uint8Array | null): void {
    if (bytes === null) this.#committed.delete(key);
    else this.#committed.set(key, bytes);
    for (const order of this.#orders.values()) {
      if (bytes === null) order.delete(key);
      else order.add(key);
    }
  }
}
