import type { Broker, Cluster } from 'kafkajs';
import type { TopicPartition } from '../../record.js';
import { transactionTimeout } from './kafka-client.js';
import { whilePassing } from './while-passing.js';

/** kafkajs's broker with the calls of the transaction protocol (KIP-98) that its types leave out. */
interface TransactionBroker extends Broker {
  initProducerId(request: { transactionalId: string; transactionTimeout: number }): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(request: TransactionRequest & { topics: { topic: string; partitions: number[] }[] }): Promise<unknown>;
  addOffsetsToTxn(request: TransactionRequest & { groupId: string }): Promise<unknown>;
  endTxn(request: TransactionRequest & { transactionResult: boolean }): Promise<unknown>;
}

interface TransactionRequest {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

interface CoordinatorCluster {
  findGroupCoordinator(group: { groupId: string; coordinatorType: number }): Promise<Broker>;
}

const transactionCoordinator = 1;

/**
 * Writes abort markers into `places` and into the group's offsets, as the next producer of `transactionalId`.
 *
 * A broker that was killed between a transaction's decision and its markers may forget the markers when it comes back (seen on Apache Kafka 4.3.1: while
 * a partition has no leader, the coordinator takes it for deleted and completes the transaction without it). The records then hang, and the next commit of the
 * same producer would make them visible although their offsets were never committed. Where the markers were written, these abort nothing.
 */
export async function abortLeftovers(
  cluster: Cluster,
  transactionalId: string,
  group: string,
  places: readonly TopicPartition[],
  ms: number,
): Promise<void> {
  const topics = [...new Set(places.map(({ topic }) => topic))].map((topic) => ({
    topic,
    partitions: [...new Set(places.filter((place) => place.topic === topic).map(({ partition }) => partition))],
  }));
  await whilePassing(
    ms,
    async () => {
      const found = await (cluster as unknown as CoordinatorCluster).findGroupCoordinator({
        groupId: transactionalId,
        coordinatorType: transactionCoordinator,
      });
      const coordinator = found as TransactionBroker;
      const { producerId, producerEpoch } = await coordinator.initProducerId({ transactionalId, transactionTimeout });
      const request = { transactionalId, producerId, producerEpoch };
      await coordinator.addPartitionsToTxn({ ...request, topics });
      await coordinator.addOffsetsToTxn({ ...request, groupId: group });
      await coordinator.endTxn({ ...request, transactionResult: false });
    },
    () => cluster.refreshMetadata(),
  );
}
