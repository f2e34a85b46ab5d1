import { error } from '../../errors.js';
import { partitionName, type LogRecord, type TopicPartition } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import type { OffsetWrite, PlacedRecord, Storage } from '../embedded/storage.js';
import { recordBytes, type FetchBudget } from '../fetch-limits.js';
import type { Appended, PartitionBounds, Position, TopicInfo, TopicSpec } from '../log.js';
import { compactStep } from './compaction.js';
import { openDatabases, type Databases } from './databases.js';
import { GroupClaims } from './group-claims.js';
import { PartitionWriter } from './partition-writer.js';
import { decodeRecord } from './record-codec.js';
import { keyRange, offsetOf, recordKey, type PartitionId } from './record-key.js';
import { dropExpired } from './retention.js';
import { Segments } from './segments.js';
import { infoOf, TopicTable } from './topic-table.js';
import { transact } from './transact.js';

/** How often a waiting log looks for the writes of other processes. */
const watchMs = 10;
const housekeepingMs = 30_000;

/** Topics, records and offsets in LMDB. */
export class LmdbStorage implements Storage {
  readonly #tables: Databases;
  readonly #topics: TopicTable;
  readonly #segments: Segments;
  readonly #claims: GroupClaims;
  readonly #housekeeping: NodeJS.Timeout;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: string,
    logName: string,
    readonly id: string,
    private readonly clock: Clock,
    private readonly fsync: boolean,
  ) {
    this.#tables = openDatabases(directory);
    this.#topics = new TopicTable(this.#tables, directory);
    this.#segments = new Segments(this.#tables.segments);
    this.#claims = new GroupClaims(logName, directory, this.#tables, clock);
    this.#keepHouse();
    this.#housekeeping = setInterval(() => this.#keepHouse(), housekeepingMs).unref();
  }

  topic(name: string): TopicInfo | undefined {
    const topic = this.#topics.get(name);
    return topic && infoOf(topic);
  }

  topics(): TopicInfo[] {
    return this.#topics.all().map(infoOf);
  }

  createTopic(spec: TopicSpec): Promise<boolean> {
    return this.#transact(() => this.#topics.create(spec));
  }

  async deleteTopic(name: string): Promise<void> {
    const id = this.#topics.get(name)?.id;
    await this.#transact(() => this.#topics.remove(name));
    if (id !== undefined) await this.#topics.sweep(id);
  }

  bounds(at: TopicPartition): PartitionBounds {
    const id = this.#idOf(at);
    const [first, last] = id === undefined ? [] : [this.#segments.first(id), this.#segments.last(id)];
    return { partition: at.partition, earliest: first?.base ?? 0, latest: last?.end ?? 0 };
  }

  read(from: Position, budget: FetchBudget): LogRecord[] {
    const id = this.#idOf(from);
    if (id === undefined) return [];
    const read: LogRecord[] = [];
    let bytes = 0;
    const { end } = keyRange(id);
    for (const { key, value } of this.#tables.records.getRange({ start: recordKey(id, from.offset), end, limit: budget.records })) {
      const record = this.#decode(from, offsetOf(key), value);
      bytes += recordBytes(record);
      if (bytes > budget.bytes && read.length > 0) break;
      read.push(record);
    }
    return read;
  }

  offsetAt(at: TopicPartition, timestamp: number): number {
    const id = this.#idOf(at);
    if (id === undefined) return 0;
    for (const { base, end, maxTimestamp } of this.#segments.all(id)) {
      if (maxTimestamp < timestamp) continue;
      for (const { key, value } of this.#tables.records.getRange({ start: recordKey(id, base), end: recordKey(id, end) })) {
        const offset = offsetOf(key);
        if (this.#decode(at, offset, value).timestamp >= timestamp) return offset;
      }
    }
    return this.#segments.last(id)?.end ?? 0;
  }

  async write(records: readonly PlacedRecord[], offsets?: OffsetWrite, guard?: () => void): Promise<Appended[]> {
    const appended = await this.#transact(() => {
      guard?.();
      const places = this.#append(records);
      for (const { topic, partition, offset } of offsets?.positions ?? []) {
        this.#tables.offsets.putSync([offsets!.group, topic, partition], offset);
      }
      return places;
    });
    if (this.fsync) await this.#tables.root.flushed;
    return appended;
  }

  groups(): string[] {
    const names = new Set<string>();
    for (const [group] of this.#tables.offsets.getKeys()) names.add(group);
    for (const { key, value } of this.#tables.groups.getRange()) if (value.owner !== undefined) names.add(key);
    return [...names];
  }

  committed(group: string): Position[] {
    const range = this.#tables.offsets.getRange({ start: [group, '', 0], end: [group, '\uffff', 0] });
    return [...range].map(({ key: [, topic, partition], value: offset }) => ({ topic, partition, offset }));
  }

  claimGroup(group: string): Promise<number> {
    return this.#transact(() => this.#claims.claim(group));
  }

  releaseGroup(group: string): Promise<void> {
    return this.#transact(() => this.#claims.release(group));
  }

  checkClaim(group: string): void {
    this.#claims.check(group);
  }

  watch(changed: () => void): () => void {
    let seen = this.#tables.counters.get('writes');
    const look = setInterval(() => {
      const writes = this.#tables.counters.get('writes');
      if (writes === seen) return;
      seen = writes;
      changed();
    }, watchMs).unref();
    return () => clearInterval(look);
  }

  async close(): Promise<void> {
    clearInterval(this.#housekeeping);
    this.#claims.stop();
    await this.#underWay;
    await this.#tables.root.close();
  }

  #append(records: readonly PlacedRecord[]): Appended[] {
    if (records.length === 0) return [];
    const writers = new Map<string, PartitionWriter>();
    for (const record of records) {
      const name = partitionName(record);
      if (writers.has(name)) continue;
      const topic = this.#topics.get(record.topic);
      if (topic === undefined) throw error('HW_TOPIC_UNKNOWN', { topic: record.topic, log: `LocalLog ${this.directory}` });
      writers.set(name, new PartitionWriter(this.#tables, this.#segments, topic, record.partition));
    }
    const appended = records.map((record): Appended => {
      const { topic, partition } = record;
      return { topic, partition, offset: writers.get(partitionName(record))!.append(record) };
    });
    for (const writer of writers.values()) this.#finish(writer, records.length);
    this.#tables.counters.putSync('writes', (this.#tables.counters.get('writes') ?? 0) + 1);
    return appended;
  }

  /** Retention and compaction do a little more with each append than the append adds, so that neither falls behind nor takes long. */
  #finish(writer: PartitionWriter, records: number): void {
    const active = writer.finish();
    if (writer.topic.cleanup === 'compact') compactStep(this.#tables, writer.id, active.base, this.clock.now(), 2 * records + 16);
    else dropExpired(this.#tables, this.#segments, writer.topic, writer.id, this.clock.now(), 2 * writer.bytes);
  }

  /** Retention of quiet topics, the rest of deleted topics, reader slots of killed processes. */
  #keepHouse(): void {
    const work = async (): Promise<void> => {
      this.#tables.root.readerCheck();
      for (const id of [...this.#tables.deleted.getKeys()]) await this.#topics.sweep(id);
      for (const topic of this.#topics.all().filter(({ cleanup, retentionMs }) => cleanup === 'delete' && retentionMs !== undefined)) {
        for (let partition = 0; partition < topic.partitions; partition++) {
          const id = { topic: topic.id, partition };
          await this.#transact(() => dropExpired(this.#tables, this.#segments, topic, id, this.clock.now(), 2 ** 24));
        }
      }
    };
    // on a full disk it fails as the next append does, which says so
    this.#underWay = work().catch(() => undefined);
  }

  #transact<T>(action: () => T): Promise<T> {
    return transact(this.#tables.root, this.directory, action);
  }

  #decode({ topic, partition }: TopicPartition, offset: number, bytes: Buffer): LogRecord {
    const record = decodeRecord(bytes);
    if (record === undefined) {
      const problem = `record ${topic}-${partition}@${offset} is damaged`;
      throw error('HW_LOG_CORRUPT', { directory: this.directory, problem });
    }
    return { topic, partition, offset, ...record };
  }

  #idOf({ topic, partition }: TopicPartition): PartitionId | undefined {
    const stored = this.#topics.get(topic);
    return stored && { topic: stored.id, partition };
  }
}
