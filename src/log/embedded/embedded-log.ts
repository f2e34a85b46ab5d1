import { error, isError } from '../../errors.js';
import { partitionName, type NewRecord, type TopicPartition } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import type {
  Appended,
  CommittedOffset,
  JoinOptions,
  Log,
  Membership,
  PartitionBounds,
  Position,
  Reader,
  TopicInfo,
  TopicSpec,
} from '../log.js';
import { Partitioner } from '../partitioner.js';
import { checkTopicSpec } from '../topic-name.js';
import { Arrivals } from './arrivals.js';
import { EmbeddedGroup } from './embedded-group.js';
import { EmbeddedLease } from './embedded-lease.js';
import { MergedFetch } from './merged-fetch.js';
import { placeRecords } from './place-records.js';
import type { OffsetWrite, Storage } from './storage.js';

/** The contract of `Log` on top of a storage of this process: what memory and the embedded log have in common. */
export class EmbeddedLog implements Log {
  readonly #arrivals: Arrivals;
  readonly #partitioner = new Partitioner();
  readonly #groups = new Map<string, EmbeddedGroup>();
  readonly #closing = new AbortController();

  protected constructor(
    readonly name: string,
    readonly kind: 'memory' | 'local',
    private readonly storage: Storage,
    private readonly clock: Clock,
  ) {
    this.#arrivals = new Arrivals(clock, (changed) => storage.watch(changed));
  }

  id(): Promise<string> {
    return this.#call(() => this.storage.id);
  }

  createTopics(specs: readonly TopicSpec[]): Promise<string[]> {
    return this.#call(async () => {
      for (const spec of specs) checkTopicSpec(spec);
      const created: string[] = [];
      for (const spec of specs) if (await this.storage.createTopic(spec)) created.push(spec.name);
      return created;
    });
  }

  deleteTopics(names: readonly string[]): Promise<void> {
    return this.#call(async () => {
      for (const name of names) this.#topic(name);
      for (const name of names) await this.storage.deleteTopic(name);
    });
  }

  topics(names?: readonly string[]): Promise<TopicInfo[]> {
    return this.#call(() => names?.map((name) => this.#topic(name)) ?? this.storage.topics());
  }

  bounds(topic: string): Promise<PartitionBounds[]> {
    return this.#call(() => this.#partitions(topic).map((at) => this.storage.bounds(at)));
  }

  offsetsAt(topic: string, timestamp: number): Promise<Position[]> {
    return this.#call(() => this.#partitions(topic).map((at) => ({ ...at, offset: this.storage.offsetAt(at, timestamp) })));
  }

  append(records: readonly NewRecord[]): Promise<Appended[]> {
    return this.#call(() => this.#write(records));
  }

  reader(positions: readonly Position[]): Promise<Reader> {
    return this.#call(() => {
      for (const position of positions) this.#checkPartition(position);
      const source = new MergedFetch(this.storage, this.#arrivals, this.clock, positions);
      const closed = new AbortController();
      const signals = [this.#closing.signal, closed.signal];
      return {
        fetch: (limits = {}) => this.#call(() => source.fetch(limits, limits.signal ? [...signals, limits.signal] : signals)),
        atEnd: () => this.#call(() => source.atEnd()),
        close: () => {
          closed.abort();
          return Promise.resolve();
        },
      };
    });
  }

  join(options: JoinOptions): Promise<Membership> {
    return this.#call(async () => {
      const counts = options.topics.map((topic) => this.#topic(topic).partitions);
      if (new Set(counts).size > 1) {
        throw error('HW_NOT_COPARTITIONED', { counts: options.topics.map((topic, i) => `${topic}: ${counts[i]!}`).join(', ') });
      }
      const leave = await this.#group(options.group).join(options, counts[0] ?? 0);
      return { leave };
    });
  }

  groups(): Promise<string[]> {
    return this.#call(() => this.storage.groups());
  }

  committed(group: string): Promise<CommittedOffset[]> {
    return this.#call(() =>
      this.storage.committed(group).map((position) => {
        const { earliest, latest } = this.storage.bounds(position);
        return { ...position, lag: latest - Math.min(latest, Math.max(position.offset, earliest)) };
      }),
    );
  }

  resetOffsets(group: string, positions: readonly Position[]): Promise<void> {
    return this.#call(async () => {
      for (const position of positions) this.#checkPartition(position);
      if (this.#groups.get(group)?.empty === false) throw error('HW_GROUP_ACTIVE', { group });
      await this.storage.claimGroup(group);
      await this.#write([], { group, positions });
      await this.storage.releaseGroup(group);
    });
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    for (const group of this.#groups.values()) await group.leaveAll();
    this.#closing.abort();
    await this.storage.close();
  }

  #group(name: string): EmbeddedGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new EmbeddedGroup(name, {
      claim: () => this.storage.claimGroup(name),
      release: () => this.storage.releaseGroup(name),
      lease: (topics, partition, epoch) => this.#lease(name, topics, partition, epoch),
    });
    this.#groups.set(name, group);
    return group;
  }

  #lease(group: string, topics: readonly string[], partition: number, epoch: number): EmbeddedLease {
    const committed = new Map(this.storage.committed(group).map((position) => [partitionName(position), position.offset]));
    const positions = topics.map((topic) => ({ topic, partition, offset: committed.get(partitionName({ topic, partition })) ?? -1 }));
    const source = new MergedFetch(this.storage, this.#arrivals, this.clock, positions);
    return new EmbeddedLease(group, partition, epoch, source, (batch, guard) =>
      this.#call(async () => {
        try {
          return await this.#write(batch.records, { group, positions: batch.offsets }, () => {
            guard();
            this.storage.checkClaim(group);
          });
        } catch (reason) {
          if (!isError(reason, 'HW_GROUP_LOCKED')) throw reason;
          this.#groups.get(group)?.fail(reason);
          throw error('HW_LEASE_LOST', { partition, group }, reason);
        }
      }),
    );
  }

  async #write(records: readonly NewRecord[], offsets?: OffsetWrite, guard?: () => void): Promise<Appended[]> {
    const placed = placeRecords(records, (name) => this.#topic(name), this.#partitioner, this.clock);
    const appended = await this.storage.write(placed, offsets, guard);
    this.#arrivals.announce(new Set(appended.map(partitionName)));
    return appended;
  }

  #topic(name: string): TopicInfo {
    const info = this.storage.topic(name);
    if (info === undefined) throw error('HW_TOPIC_UNKNOWN', { topic: name, log: this.name });
    return info;
  }

  #partitions(topic: string): TopicPartition[] {
    return Array.from({ length: this.#topic(topic).partitions }, (_, partition) => ({ topic, partition }));
  }

  #checkPartition({ topic, partition }: TopicPartition): void {
    const { partitions } = this.#topic(topic);
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
      throw error('HW_PARTITION_UNKNOWN', { topic, partitions, partition });
    }
  }

  async #call<T>(action: () => T | Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw error('HW_LOG_CLOSED', { log: this.name });
    return await action();
  }
}
