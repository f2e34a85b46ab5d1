import type { Admin } from 'kafkajs';
import { error } from '../../errors.js';
import type { NewRecord } from '../../record.js';
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
import { Appender } from './appender.js';
import { disconnect } from './deadline.js';
import { Fetcher } from './fetcher.js';
import { Flow } from './flow.js';
import { GroupMember } from './group-member.js';
import { askCoordinator, KafkaClient, type ProtocolCluster } from './kafka-client.js';
import { kafkaFailure, protocolErrorOf } from './kafka-failure.js';
import { resolveKafkaOptions, type KafkaOptions, type ResolvedKafkaOptions } from './kafka-options.js';
import { KafkaReader } from './kafka-reader.js';
import { byTopic, listOffsets } from './offsets.js';
import { Placement } from './placement.js';
import { Topics } from './topics.js';
import { TransactionCoordinator } from './transaction-coordinator.js';
import { whilePassing } from './while-passing.js';

/**
 * The log on an Apache Kafka cluster (kafkajs 2; brokers 3.0 to 4.x). Exactly-once steps are Kafka transactions, one transactional id for each partition of a
 * group, which fences a former owner; readers see committed records only.
 */
export class KafkaLog implements Log {
  readonly kind = 'kafka';
  readonly name: string;
  readonly #topics: Topics;
  readonly #placement: Placement;
  readonly #appender: Appender;
  readonly #members = new Set<GroupMember>();
  readonly #readers = new Set<KafkaReader>();
  #closed = false;

  private constructor(
    private readonly client: KafkaClient,
    private readonly options: ResolvedKafkaOptions,
    private readonly admin: Admin,
    private readonly cluster: ProtocolCluster,
  ) {
    this.name = client.name;
    this.#topics = new Topics(client.name, admin, cluster, options);
    this.#placement = new Placement((topic) => this.#topics.partitionCount(topic));
    this.#appender = new Appender(client, options, (topic) => this.#topics.count(topic));
  }

  /** Connects to a cluster through any of `brokers` (`HOST:PORT`). HW_KAFKA_AWAY, HW_KAFKA_LOGIN. */
  static async connect(brokers: readonly string[], options: KafkaOptions = {}): Promise<KafkaLog> {
    const client = new KafkaClient(`Kafka ${brokers.join()}`, brokers, options);
    const admin = await client.admin();
    return new KafkaLog(client, resolveKafkaOptions(options), admin, await client.cluster());
  }

  async id(): Promise<string> {
    return (await this.#ask(() => this.admin.describeCluster())).clusterId;
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<string[]> {
    return await this.#ask(() => this.#topics.create(specs), specs[0]?.name);
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    await this.#ask(() => this.#topics.delete(names), names[0]);
    await this.#appender.renew();
  }

  async topics(names?: readonly string[]): Promise<TopicInfo[]> {
    return await this.#ask(() => this.#topics.describe(names), names?.[0]);
  }

  async bounds(topic: string): Promise<PartitionBounds[]> {
    return await this.#ask(async () => {
      const places = await this.#places(topic);
      const [starts, ends] = [await listOffsets(this.cluster, places, 'earliest'), await listOffsets(this.cluster, places)];
      return places.map(({ partition }, i) => ({ partition, earliest: starts[i]!, latest: ends[i]! }));
    }, topic);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<Position[]> {
    return await this.#ask(async () => {
      const places = await this.#places(topic);
      const found = await listOffsets(this.cluster, places, timestamp);
      const ends = await listOffsets(this.cluster, places);
      return places.map((place, i) => ({ ...place, offset: found[i]! < 0 ? ends[i]! : found[i]! }));
    }, topic);
  }

  async append(records: readonly NewRecord[]): Promise<Appended[]> {
    return await this.#call(async () => await this.#appender.append(await this.#placement.place(records)), records[0]?.topic);
  }

  async reader(positions: readonly Position[]): Promise<Reader> {
    return await this.#call(async () => {
      for (const { topic, partition } of positions) {
        const partitions = await this.#topics.partitionCount(topic);
        if (partition < 0 || partition >= partitions) throw error('HW_PARTITION_UNKNOWN', { topic, partition, partitions });
      }
      const flows = positions.map(({ topic, partition, offset }) => new Flow(topic, partition, offset));
      const fetcher = new Fetcher(this.name, await this.client.cluster(), this.cluster, this.options);
      const reader = new KafkaReader(fetcher, flows, (closed) => this.#readers.delete(closed));
      this.#readers.add(reader);
      await fetcher.add(flows);
      return reader;
    }, positions[0]?.topic);
  }

  async join(join: JoinOptions): Promise<Membership> {
    return await this.#call(async () => {
      await this.#topics.copartitions(join.topics);
      const clusters = { group: await this.client.cluster(), fetch: await this.client.cluster(), offsets: this.cluster };
      const { client, options } = this;
      const partitionCount = (topic: string) => this.#topics.partitionCount(topic);
      const member = new GroupMember({
        client,
        options,
        join,
        clusters,
        transactions: await TransactionCoordinator.connect(client),
        partitionCount,
        placement: this.#placement,
        appender: this.#appender,
      });
      await member.start();
      this.#members.add(member);
      return {
        leave: async () => {
          this.#members.delete(member);
          await member.leave();
        },
      };
    }, join.topics[0]);
  }

  async groups(): Promise<string[]> {
    const { groups } = await this.#ask(() => this.admin.listGroups());
    return groups.map(({ groupId }) => groupId).sort();
  }

  async committed(group: string): Promise<CommittedOffset[]> {
    return await this.#ask(async () => {
      const answer = await this.admin.fetchOffsets({ groupId: group });
      const places = answer.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })).filter(({ offset }) => offset >= 0),
      );
      const ends = await listOffsets(this.cluster, places);
      return places.map((place, i) => ({ ...place, lag: Math.max(0, ends[i]! - place.offset) }));
    });
  }

  async resetOffsets(group: string, positions: readonly Position[]): Promise<void> {
    const request = { groupId: group, groupGenerationId: -1, memberId: '', topics: byTopic(positions) };
    await this.#ask(async () => {
      try {
        await askCoordinator(this.cluster, group, (broker) => broker.offsetCommit(request));
      } catch (reason) {
        if (protocolErrorOf(reason) === 'UNKNOWN_MEMBER_ID') throw error('HW_GROUP_ACTIVE', { group }, reason);
        throw reason;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled([...this.#members].map((member) => member.leave()));
    await Promise.allSettled([...this.#readers].map((reader) => reader.close()));
    await this.#appender.renew();
    await Promise.all([disconnect(this.admin), disconnect(this.cluster)]);
  }

  async #places(topic: string): Promise<{ topic: string; partition: number }[]> {
    const count = await this.#topics.partitionCount(topic);
    return Array.from({ length: count }, (_, partition) => ({ topic, partition }));
  }

  /** A question may be asked again while a broker restarts or a coordinator moves. */
  async #ask<T>(question: () => Promise<T>, topic?: string): Promise<T> {
    return await this.#call(() => whilePassing(5000, question), topic);
  }

  async #call<T>(work: () => Promise<T>, topic?: string): Promise<T> {
    if (this.#closed) throw error('HW_LOG_CLOSED', { log: this.name });
    try {
      return await work();
    } catch (reason) {
      throw kafkaFailure(this.name, reason, topic);
    }
  }
}
