import type { Appended, Log } from '../../log/log.js';
import type { LogRecord, NewRecord } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import type { SourceMap } from '../data/record.js';
import { jsonObject, jsonRecord } from './json-record.js';
import { TopicTable } from './topic-table.js';

export interface StoredOffset {
  readonly partition: SourceMap;
  readonly offset: SourceMap;
}

/** Offsets of sources in the offset topic, in the record format of Kafka Connect: key `["connector",{partition}]`, value the offset. */
export class OffsetStore {
  readonly #offsets = new Map<string, Map<string, StoredOffset>>();
  readonly #table: TopicTable;

  constructor(log: Log, topic: string, clock: Clock) {
    this.#table = new TopicTable(log, topic, clock, (record) => this.#apply(record));
  }

  open(): Promise<void> {
    return this.#table.open();
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  all(connector: string): StoredOffset[] {
    return [...(this.#offsets.get(connector)?.values() ?? [])];
  }

  get(connector: string, partition: SourceMap): SourceMap | null {
    return this.#offsets.get(connector)?.get(canonical(partition))?.offset ?? null;
  }

  /** The record that stores an offset; null forgets it. To be written in one step with the data that it stands for. */
  record(connector: string, partition: SourceMap, offset: SourceMap | null): NewRecord {
    return { topic: this.#table.topic, ...jsonRecord(JSON.stringify([connector, sorted(partition)]), offset) };
  }

  async put(connector: string, offsets: readonly { partition: SourceMap; offset: SourceMap | null }[]): Promise<void> {
    await this.#table.write(offsets.map(({ partition, offset }) => this.record(connector, partition, offset)));
  }

  /** Resolves when offsets that were appended elsewhere can be read here. */
  reached(appended: readonly Appended[]): Promise<void> {
    return this.#table.reached(appended);
  }

  #apply(record: LogRecord): void {
    let key: unknown;
    try {
      key = JSON.parse(Buffer.from(record.key ?? []).toString());
    } catch {
      return;
    }
    if (!Array.isArray(key) || key.length !== 2) return;
    const [connector, partition] = key as [string, SourceMap];
    const offsets = this.#offsets.get(connector) ?? new Map<string, StoredOffset>();
    this.#offsets.set(connector, offsets);
    const offset = jsonObject(record.value);
    if (offset) offsets.set(canonical(partition), { partition, offset });
    else offsets.delete(canonical(partition));
  }
}

function sorted(partition: SourceMap): SourceMap {
  return Object.fromEntries(Object.entries(partition).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function canonical(partition: SourceMap): string {
  return JSON.stringify(sorted(partition));
}
