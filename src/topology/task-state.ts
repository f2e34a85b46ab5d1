import { error, reasonOf } from '../errors.js';
import type { Log } from '../log/log.js';
import type { NewRecord } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';
import { structured } from '../serde/structured.js';
import { Store } from './store.js';

type Changes = ReadonlyMap<string, Uint8Array | null>;

/** The changelog topic of a store, named as Kafka Streams names it. */
export function changelogTopic(app: string, store: string): string {
  return `${app}-${store}-changelog`;
}

/** All stores of a task, and the changelog topics that they are restored from. */
export class TaskState {
  readonly #stores = new Map<string, Store<unknown>>();

  constructor(
    private readonly app: string,
    private readonly partition: number,
    private readonly registry: SchemaRegistry,
  ) {}

  get names(): string[] {
    return [...this.#stores.keys()];
  }

  /** The store of that name, made on first use. */
  store<V>(name: string, format: Format<V> = structured<V>()): Store<V> {
    const known = this.#stores.get(name);
    if (known) return known as Store<V>;
    const store = new Store(name, format.bind({ topic: changelogTopic(this.app, name), side: 'value', registry: this.registry }));
    this.#stores.set(name, store);
    return store;
  }

  /** What the epoch changed, per store. */
  changes(): Map<Store<unknown>, Changes> {
    return new Map([...this.#stores.values()].map((store) => [store, store.changes()]));
  }

  /** The same as records of the changelog topics. */
  changelog(changes: ReadonlyMap<Store<unknown>, Changes>): NewRecord[] {
    const { partition } = this;
    return [...changes].flatMap(([{ name }, entries]) => {
      const topic = changelogTopic(this.app, name);
      return [...entries].map(([key, value]) => ({ topic, partition, key: Buffer.from(key), value }));
    });
  }

  commit(changes: ReadonlyMap<Store<unknown>, Changes>): void {
    for (const [store, entries] of changes) store.commit(entries);
  }

  rollback(): void {
    for (const store of this.#stores.values()) store.rollback();
  }

  /** Fills the stores anew from what is committed. */
  async restore(log: Log, signal: AbortSignal): Promise<void> {
    for (const store of this.#stores.values()) {
      store.clear();
      const topic = changelogTopic(this.app, store.name);
      const reader = await log.reader([{ topic, partition: this.partition, offset: 0 }]);
      try {
        while (!signal.aborted && !(await reader.atEnd())) {
          for (const { key, value } of await reader.fetch({ waitMs: 1000, signal }))
            store.restore(Buffer.from(key ?? []).toString(), value);
        }
      } catch (reason) {
        throw error('HW_STATE_BROKEN', { store: store.name, topic, reason: reasonOf(reason) }, reason);
      } finally {
        await reader.close();
      }
    }
  }
}
