import kafkajs, { type Admin } from 'kafkajs';
import { error, isError } from '../../errors.js';
import type { TopicInfo, TopicSpec } from '../log.js';
import { checkTopicSpec } from '../topic-name.js';
import { topicMetadata, type ProtocolCluster } from './kafka-client.js';
import { isPassing, kafkaFailure, protocolErrorOf } from './kafka-failure.js';
import type { ResolvedKafkaOptions } from './kafka-options.js';
import { listOffsets } from './offsets.js';
import { whilePassing } from './while-passing.js';

const metadataAgeMs = 60_000;
/** A topic that was made is known to all brokers within milliseconds, on a busy machine within a second. */
const appearsMs = 10_000;

/** The topics of a cluster, and how many partitions each has. */
export class Topics {
  readonly #partitions = new Map<string, { count: number; known: number }>();

  constructor(
    private readonly log: string,
    private readonly admin: Admin,
    private readonly cluster: ProtocolCluster,
    private readonly options: ResolvedKafkaOptions,
  ) {}

  async create(specs: readonly TopicSpec[]): Promise<string[]> {
    for (const spec of specs) checkTopicSpec(spec);
    const existing = new Set(await this.admin.listTopics());
    const missing = specs.filter(({ name }) => !existing.has(name));
    if (missing.length === 0) return [];
    const made = await this.admin.createTopics({
      waitForLeaders: false, // gives up where a broker does not know a new topic yet, as on a busy machine; #appears does not
      topics: missing.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor: this.options.replicationFactor,
        configEntries: [
          { name: 'cleanup.policy', value: spec.cleanup ?? 'delete' },
          { name: 'retention.ms', value: String(spec.retentionMs ?? -1) },
          { name: 'retention.bytes', value: String(spec.retentionBytes ?? -1) },
          { name: 'max.message.bytes', value: String(this.options.maxMessageBytes) },
        ],
      })),
    });
    await Promise.all(missing.map(({ name }) => this.#appears(name)));
    return made ? missing.map(({ name }) => name) : [];
  }

  async delete(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.partitionCount(name);
      this.#partitions.delete(name);
    }
    await this.admin.deleteTopics({ topics: [...names] });
  }

  async describe(names?: readonly string[]): Promise<TopicInfo[]> {
    const wanted = names ?? (await this.admin.listTopics()).filter((name) => !name.startsWith('__')).sort();
    if (wanted.length === 0) return [];
    const counts = await Promise.all(wanted.map((name) => this.count(name)));
    const { resources } = await this.admin.describeConfigs({
      includeSynonyms: false,
      resources: wanted.map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: ['cleanup.policy', 'retention.ms', 'retention.bytes'],
      })),
    });
    return wanted.map((name, i) => {
      const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      const value = (key: string): string => entries.find(({ configName }) => configName === key)?.configValue ?? '-1';
      const retentionMs = Number(value('retention.ms'));
      const retentionBytes = Number(value('retention.bytes'));
      return {
        name,
        partitions: counts[i]!,
        cleanup: value('cleanup.policy').includes('compact') ? 'compact' : 'delete',
        ...(retentionMs < 0 ? {} : { retentionMs }),
        ...(retentionBytes < 0 ? {} : { retentionBytes }),
      };
    });
  }

  /** HW_TOPIC_UNKNOWN where there is no such topic. Remembered for a minute. */
  async partitionCount(topic: string): Promise<number> {
    const cached = this.#partitions.get(topic);
    return cached !== undefined && Date.now() - cached.known < metadataAgeMs ? cached.count : await this.count(topic);
  }

  /** The number that all of `topics` have, else HW_NOT_COPARTITIONED. */
  async copartitions(topics: readonly string[]): Promise<number> {
    const counts = await Promise.all(topics.map((topic) => this.count(topic)));
    if (new Set(counts).size > 1) {
      throw error('HW_NOT_COPARTITIONED', { counts: topics.map((topic, i) => `${topic}: ${counts[i]!}`).join(', ') });
    }
    return counts[0]!;
  }

  /** The same, asked of the cluster. */
  async count(topic: string): Promise<number> {
    checkTopicSpec({ name: topic, partitions: 1 });
    try {
      const [found] = await topicMetadata(this.cluster, [topic]);
      const count = found!.partitionMetadata.length;
      this.#partitions.set(topic, { count, known: Date.now() });
      return count;
    } catch (reason) {
      this.#partitions.delete(topic);
      throw kafkaFailure(this.log, reason, topic);
    }
  }

  /** A broker knows of a topic a moment before it has opened its partitions, and until then says that they do not exist. */
  async #appears(topic: string): Promise<void> {
    const passes = (reason: unknown): boolean =>
      isError(reason, 'HW_TOPIC_UNKNOWN') || protocolErrorOf(reason) === 'UNKNOWN_TOPIC_OR_PARTITION' || isPassing(reason);
    const answers = async (): Promise<unknown> => {
      const partitions = Array.from({ length: await this.count(topic) }, (_, partition) => ({ topic, partition }));
      return await listOffsets(this.cluster, partitions);
    };
    await whilePassing(appearsMs, answers, undefined, passes);
  }
}
