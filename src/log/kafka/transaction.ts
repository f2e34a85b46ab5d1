import type { Producer, Transaction } from 'kafkajs';
import { withDeadline } from './deadline.js';
import { isFenced, protocolErrorOf } from './kafka-failure.js';

/** A transaction that failed and was not taken back cleanly: whether it took effect is known only to the broker, and the producer is of no more use. */
export class TransactionInDoubt extends Error {}

/**
 * Runs `work` in a transaction of `producer` and commits it. What fails is aborted and thrown again; `TransactionInDoubt` where even that fails, or nothing
 * of it has ended after `ms` milliseconds.
 */
export async function transact<T>(producer: Producer, work: (transaction: Transaction) => Promise<T>, ms: number): Promise<T> {
  return await withDeadline(ms, transactInTime(producer, work), () => new TransactionInDoubt('the transaction does not end'));
}

async function transactInTime<T>(producer: Producer, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  let transaction: Transaction;
  try {
    transaction = await producer.transaction();
  } catch (cause) {
    throw new TransactionInDoubt('the transaction could not begin', { cause });
  }
  let done: T;
  try {
    done = await work(transaction);
  } catch (reason) {
    // kafkajs asks for the metadata of every topic that a producer ever wrote to, and fails for good once one of them is deleted.
    if (isFenced(reason) || protocolErrorOf(reason) === 'UNKNOWN_TOPIC_OR_PARTITION')
      throw new TransactionInDoubt('the producer was fenced or is spoilt', { cause: reason });
    try {
      await transaction.abort();
    } catch {
      throw new TransactionInDoubt('the transaction could not be aborted', { cause: reason });
    }
    throw reason;
  }
  try {
    await transaction.commit();
  } catch (cause) {
    throw new TransactionInDoubt('the answer to the commit is missing', { cause });
  }
  return done;
}
