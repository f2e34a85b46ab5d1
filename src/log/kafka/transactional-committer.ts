import type { Producer, Transaction } from 'kafkajs';
import type { Appended, CommitBatch } from '../log.js';
import type { Committer, CommitterContext } from './committers.js';
import { disconnect } from './deadline.js';
import { kafkaFailure } from './kafka-failure.js';
import type { LastTransaction } from './last-transaction.js';
import { byTopic } from './offsets.js';
import { send } from './placement.js';
import { transact, TransactionInDoubt } from './transaction.js';

/** Exactly once: one transaction a step, begun when the one before is complete. */
export class TransactionalCommitter implements Committer {
  #producer: Producer | undefined;
  #tidied: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(
    private readonly context: CommitterContext,
    private readonly last: LastTransaction,
  ) {}

  /** Fences whoever wrote for this partition before, and settles what that one left open: only then may the committed offsets be read. */
  static async open(context: CommitterContext, last: LastTransaction): Promise<TransactionalCommitter> {
    const committer = new TransactionalCommitter(context, last);
    await committer.#claim();
    return committer;
  }

  async commit({ records, offsets }: CommitBatch): Promise<Appended[]> {
    const { options, placement, group, commitOffsets } = this.context;
    if (records.length === 0) {
      if (offsets.length > 0) await commitOffsets(offsets);
      return [];
    }
    const placed = await placement.place(records);
    await this.#tidied;
    const producer = this.#producer ?? (await this.#claim());
    const write = async (transaction: Transaction): Promise<Appended[]> => {
      const appended = await send(transaction, placed, options.compression);
      if (offsets.length > 0) await transaction.sendOffsets({ consumerGroupId: group, topics: byTopic(offsets) });
      return appended;
    };
    this.last.begin(placed);
    try {
      const appended = await transact(producer, write, options.deliveryTimeoutMs);
      this.#end(true);
      return appended;
    } catch (reason) {
      if (!(reason instanceof TransactionInDoubt)) this.#end(false);
      throw reason;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#producer !== undefined) await disconnect(this.#producer);
  }

  /** Readers have to get past the transaction also where none follows; a following one has to wait. */
  #end(committed: boolean): void {
    this.last.end(committed);
    this.#tidied = this.#tidy().catch(() => undefined); // The next step tries again.
  }

  async #tidy(): Promise<void> {
    if ((await this.last.isComplete()) || this.#closed) return;
    if (this.#producer !== undefined) void disconnect(this.#producer);
    this.#producer = undefined;
    await this.#claim();
  }

  async #claim(): Promise<Producer> {
    const { client } = this.context;
    await this.last.settle();
    if (this.#closed) throw new Error('the committer is closed');
    const producer = await client.producer(this.last.transactionalId);
    try {
      // kafkajs asks for the producer id at the first transaction; an empty one that is aborted says nothing to the broker.
      await (await producer.transaction()).abort();
    } catch (reason) {
      await disconnect(producer);
      throw kafkaFailure(client.name, reason);
    }
    this.#producer = producer;
    return producer;
  }
}
