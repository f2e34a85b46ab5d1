import { setTimeout as pause } from 'node:timers/promises';
import type { Broker } from 'kafkajs';
import type { TopicPartition } from '../../record.js';
import { disconnect, withDeadline } from './deadline.js';
import { describeTransaction } from './describe-transaction.js';
import { answerMs, topicMetadata, transactionTimeout, type KafkaClient, type ProtocolCluster } from './kafka-client.js';
import { NoBrokerAnswers, protocolErrorOf } from './kafka-failure.js';
import { whilePassing } from './while-passing.js';

/** kafkajs's broker with the calls of the transaction protocol (KIP-98) that its types leave out. */
interface TransactionBroker extends Broker {
  initProducerId(request: { transactionalId: string; transactionTimeout: number }): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(request: TransactionRequest & { topics: TopicPartitions[] }): Promise<unknown>;
  addOffsetsToTxn(request: TransactionRequest & { groupId: string }): Promise<unknown>;
  endTxn(request: TransactionRequest & { transactionResult: boolean }): Promise<unknown>;
}

interface TransactionRequest {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

interface TopicPartitions {
  readonly topic: string;
  readonly partitions: number[];
}

interface CoordinatorCluster {
  findGroupCoordinator(group: { groupId: string; coordinatorType: number }): Promise<TransactionBroker>;
}

const ofTransactions = 1;
/** Markers are written within milliseconds, unless a leader is away. */
const markersMs = 1000;

/** Asks the coordinators of transactions (KIP-98, KIP-664) over connections of its own. */
export class TransactionCoordinator {
  readonly #found = new Map<string, TransactionBroker>();

  private constructor(
    private readonly cluster: ProtocolCluster,
    private readonly made: { connections: number },
  ) {}

  static async connect(client: KafkaClient): Promise<TransactionCoordinator> {
    const made = { connections: 0 };
    return new TransactionCoordinator(await client.cluster(() => made.connections++), made);
  }

  /** Connections made so far: as long as the number stays, the broker that answers is the same process. */
  get connections(): number {
    return this.made.connections;
  }

  /**
   * Waits, for up to `ms` milliseconds, until the newest transaction of `transactionalId` is decided and its coordinator has seen to the markers: `true` where
   * it was committed. One that is still open counts as not committed: the next producer aborts it.
   */
  async committed(transactionalId: string, ms: number): Promise<boolean> {
    return await this.#ask(transactionalId, ms, async (coordinator) => {
      const deadline = Date.now() + markersMs;
      while (Date.now() < deadline) {
        const state = await describeTransaction(coordinator, transactionalId);
        if (!state.startsWith('Prepare')) return state === 'CompleteCommit';
        await pause(1);
      }
      throw new NoBrokerAnswers('the markers of a transaction are not written');
    });
  }

  /**
   * Writes markers, as the next producer of `transactionalId`, into `places` whose topics exist and into the offsets of `group`. Where the transaction has
   * its markers already, they say nothing.
   */
  async mark(transactionalId: string, group: string, places: readonly TopicPartition[], committed: boolean, ms: number): Promise<void> {
    await this.#ask(transactionalId, ms, async (coordinator) => {
      const topics = await this.#existing(places);
      const { producerId, producerEpoch } = await coordinator.initProducerId({ transactionalId, transactionTimeout });
      const request = { transactionalId, producerId, producerEpoch };
      if (topics.length > 0) await coordinator.addPartitionsToTxn({ ...request, topics });
      await coordinator.addOffsetsToTxn({ ...request, groupId: group });
      await coordinator.endTxn({ ...request, transactionResult: committed });
    });
  }

  async disconnect(): Promise<void> {
    await disconnect(this.cluster);
  }

  async #ask<T>(transactionalId: string, ms: number, question: (coordinator: TransactionBroker) => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => await question(await this.#coordinator(transactionalId));
    const between = async (): Promise<void> => {
      this.#found.delete(transactionalId);
      await withDeadline(answerMs, this.cluster.refreshMetadata());
    };
    return await whilePassing(ms, () => withDeadline(answerMs, attempt()), between);
  }

  async #coordinator(transactionalId: string): Promise<TransactionBroker> {
    const known = this.#found.get(transactionalId);
    if (known !== undefined) return known;
    const found = await (this.cluster as unknown as CoordinatorCluster).findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: ofTransactions,
    });
    this.#found.set(transactionalId, found);
    return found;
  }

  async #existing(places: readonly TopicPartition[]): Promise<TopicPartitions[]> {
    const topics = new Map<string, Set<number>>();
    for (const { topic, partition } of places) topics.set(topic, (topics.get(topic) ?? new Set()).add(partition));
    for (const topic of topics.keys()) {
      await topicMetadata(this.cluster, [topic]).catch((reason: unknown) => {
        if (protocolErrorOf(reason) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw reason;
        topics.delete(topic);
      });
    }
    return [...topics].map(([topic, partitions]) => ({ topic, partitions: [...partitions] }));
  }
}
