import { setImmediate as nextTurn } from 'node:timers/promises';

import { reasonOf } from '../errors.js';
import type { Log, Reader } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format, Serde } from '../serde/serde.js';
import { systemClock, type Clock } from '../time/clock.js';

export interface GlobalTableOptions<V> {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly topic: string;
  readonly format: Format<V>;
  /** Called after each change, also for those that lie in the topic already, with the table as it is then. */
  readonly onChange?: (key: string, value: V | undefined, table: GlobalTable<V>) => void;
  /** Called with a value that does not decode; the entry keeps its last good value. */
  readonly onBadValue?: (key: string, reason: string) => void;
  readonly clock?: Clock;
}

/**
 * A whole compacted topic as a table in memory, in every process: Kafka Streams' GlobalKTable. `open` resolves once all that was in the topic is in
 * the table; later changes follow as they are committed.
 */
export class GlobalTable<V> {
  readonly #entries = new Map<string, V>();
  readonly #serde: Serde<V>;
  readonly #closing = new AbortController();
  #reader: Reader | undefined;
  #applying = false;
  #following: Promise<void> = Promise.resolve();

  private constructor(private readonly options: GlobalTableOptions<V>) {
    const { format, topic, registry } = options;
    this.#serde = format.bind({ topic, side: 'value', registry });
  }

  static async open<V>(options: GlobalTableOptions<V>): Promise<GlobalTable<V>> {
    const table = new GlobalTable(options);
    const reader = await table.#openReader();
    while (!(await reader.atEnd())) await table.#advance(reader);
    table.#following = table.#follow(reader);
    return table;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  entries(): IterableIterator<[string, V]> {
    return this.#entries.entries();
  }

  /** Whether all that is committed in the topic is in the table; false while its log does not answer. */
  async upToDate(): Promise<boolean> {
    const atEnd = (await this.#reader?.atEnd().catch(() => false)) ?? false;
    await nextTurn(); // what was fetched at this moment is being applied by then
    return atEnd && !this.#applying;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  async #openReader(): Promise<Reader> {
    const { log, topic } = this.options;
    const bounds = await log.bounds(topic);
    return log.reader(bounds.map(({ partition, earliest }) => ({ topic, partition, offset: earliest })));
  }

  /** Follows until closed; a log that fails is read again from the start, which a table of last values can bear. */
  async #follow(first: Reader): Promise<void> {
    const { signal } = this.#closing;
    const { clock = systemClock } = this.options;
    let reader: Reader | undefined = first;
    while (!signal.aborted) {
      try {
        reader ??= await this.#openReader();
        this.#reader = reader;
        await this.#advance(reader);
      } catch {
        this.#reader = undefined;
        await reader?.close().catch(() => undefined);
        reader = undefined;
        await clock.sleep(1000, signal);
      }
    }
    await reader?.close();
  }

  async #advance(reader: Reader): Promise<void> {
    const { onChange, onBadValue } = this.options;
    const records = await reader.fetch({ waitMs: 1000, signal: this.#closing.signal });
    this.#applying = true;
    for (const record of records) {
      const key = Buffer.from(record.key ?? []).toString();
      try {
        const value = record.value === null ? undefined : await this.#serde.deserialize(record.value);
        if (value === undefined) this.#entries.delete(key);
        else this.#entries.set(key, value);
        onChange?.(key, value, this);
      } catch (reason) {
        onBadValue?.(key, reasonOf(reason));
      }
    }
    this.#applying = false;
  }
}
