import { partitionName, type TopicPartition } from '../../record.js';
import { topicMetadata, type OffsetBroker, type ProtocolCluster } from './kafka-client.js';
import { whilePassing } from './while-passing.js';

/** Kafka's timestamps for the end and the beginning of a partition. */
const special = { latest: -1, earliest: -2 } as const;

/**
 * For each of `places` the offset after its last record, that of its first, or the first whose time is at or after a timestamp (-1 where there is none).
 * Records of open transactions count: they are there, though nobody may read them yet.
 */
export async function listOffsets(
  cluster: ProtocolCluster,
  places: readonly TopicPartition[],
  at: 'latest' | 'earliest' | number = 'latest',
): Promise<number[]> {
  if (places.length === 0) return [];
  const timestamp = typeof at === 'number' ? at : special[at];
  return await whilePassing(
    5000,
    () => ask(cluster, places, timestamp),
    () => cluster.refreshMetadata(),
  );
}

async function ask(cluster: ProtocolCluster, places: readonly TopicPartition[], timestamp: number): Promise<number[]> {
  const topics = [...new Set(places.map(({ topic }) => topic))];
  const metadata = await topicMetadata(cluster, topics);
  const leaderOf = (place: TopicPartition): number =>
    metadata.find(({ topic }) => topic === place.topic)?.partitionMetadata.find(({ partitionId }) => partitionId === place.partition)
      ?.leader ?? -1;
  const found = new Map<string, number>();
  await Promise.all(
    [...new Set(places.map(leaderOf))].map(async (leader) => {
      const broker = (await cluster.findBroker({ nodeId: String(leader) })) as OffsetBroker;
      const led = places.filter((place) => leaderOf(place) === leader);
      const { responses } = await broker.listOffsets({
        isolationLevel: 0,
        topics: led.map(({ topic, partition }) => ({ topic, partitions: [{ partition, timestamp }] })),
      });
      for (const { topic, partitions } of responses)
        for (const one of partitions) found.set(`${topic}-${one.partition}`, Number(one.offset));
    }),
  );
  return places.map((place) => found.get(partitionName(place)) ?? -1);
}

/** Kafka's shape of offsets by topic. */
export function byTopic(
  positions: readonly (TopicPartition & { readonly offset: number })[],
): { topic: string; partitions: { partition: number; offset: string }[] }[] {
  const topics = new Map<string, { partition: number; offset: string }[]>();
  for (const { topic, partition, offset } of positions) {
    const partitions = topics.get(topic) ?? [];
    topics.set(topic, partitions);
    partitions.push({ partition, offset: String(offset) });
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
