import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import type { Appended } from '../log.js';
import { disconnect } from './deadline.js';
import type { KafkaClient } from './kafka-client.js';
import { isConnectionFailure, kafkaFailure, protocolErrorOf } from './kafka-failure.js';
import type { ResolvedKafkaOptions } from './kafka-options.js';
import { fitsOneBatch, partitionsOf, send, type Placed, type Sender } from './placement.js';
import { transact, TransactionInDoubt } from './transaction.js';
import { whilePassing } from './while-passing.js';

/** Writes outside groups: idempotent, acknowledged by all in-sync replicas, one request at a time to a partition. */
export class Appender {
  #plain: Promise<Producer> | undefined;
  #transactional: Promise<Producer> | undefined;
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(
    private readonly client: KafkaClient,
    private readonly options: ResolvedKafkaOptions,
    private readonly assertTopic: (topic: string) => Promise<unknown>,
  ) {}

  /** All or nothing: one batch as it is, everything else in a transaction. */
  async append(placed: readonly Placed[]): Promise<Appended[]> {
    if (fitsOneBatch(placed)) return await this.sendPlainly(placed);
    return await this.#inTurn(placed, ['transaction'], async () => {
      const making = (this.#transactional ??= this.client.producer(`${this.options.clientId}-append-${randomUUID()}`));
      try {
        const { compression, deliveryTimeoutMs } = this.options;
        return await transact(await making, (transaction) => send(transaction, placed, compression), deliveryTimeoutMs);
      } catch (reason) {
        if (reason instanceof TransactionInDoubt || isConnectionFailure(reason)) void this.#retire(making);
        throw reason;
      }
    });
  }

  /** In order, but not atomic over several partitions. */
  async sendPlainly(placed: readonly Placed[]): Promise<Appended[]> {
    if (placed.length === 0) return [];
    return await this.#inTurn(placed, [], async () => {
      const making = (this.#plain ??= this.client.producer());
      try {
        return await send(this.#persistent(await making), placed, this.options.compression);
      } catch (reason) {
        // The broker may have seen more of this producer's sequence numbers than the client counts: a new one starts clean.
        void this.#retire(making);
        throw reason;
      }
    });
  }

  /** The next append takes new producers: one that knows a deleted topic fails for all others too. */
  async renew(): Promise<void> {
    const known = [this.#plain, this.#transactional].filter((making) => making !== undefined);
    await Promise.all(known.map((making) => this.#retire(making)));
  }

  /** `work` after all earlier work on the same partitions: un-awaited sends would overtake each other when retried. */
  async #inTurn<T>(placed: readonly Placed[], more: readonly string[], work: () => Promise<T>): Promise<T> {
    const names = [...partitionsOf(placed), ...more];
    const earlier = names.flatMap((name) => this.#tails.get(name) ?? []);
    const turn = Promise.allSettled(earlier).then(async () => {
      try {
        return await work();
      } catch (reason) {
        if (protocolErrorOf(reason) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw reason;
        for (const { topic } of placed) await this.assertTopic(topic);
        return await work();
      }
    });
    for (const name of names) this.#tails.set(name, turn);
    try {
      return await turn;
    } catch (reason) {
      throw kafkaFailure(this.client.name, reason, placed[0]!.topic);
    } finally {
      for (const name of names) if (this.#tails.get(name) === turn) this.#tails.delete(name);
    }
  }

  /** Sends a request again through the same producer: the same sequence numbers, by which the broker knows what it has already. */
  #persistent(producer: Producer): Sender {
    return { sendBatch: (batch) => whilePassing(this.options.deliveryTimeoutMs, () => producer.sendBatch(batch)) };
  }

  /** Disconnected once everybody who uses it is done. */
  async #retire(making: Promise<Producer>): Promise<void> {
    if (this.#plain === making) this.#plain = undefined;
    if (this.#transactional === making) this.#transactional = undefined;
    await Promise.allSettled(this.#tails.values());
    const [made] = await Promise.allSettled([making]);
    if (made.status === 'fulfilled') await disconnect(made.value);
  }
}
