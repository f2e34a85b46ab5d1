import type { Producer, Transaction } from 'kafkajs';
import type { Appended, CommitBatch, Position } from '../log.js';
import type { Appender } from './appender.js';
import { disconnect } from './deadline.js';
import type { KafkaClient } from './kafka-client.js';
import { kafkaFailure } from './kafka-failure.js';
import type { ResolvedKafkaOptions } from './kafka-options.js';
import { byTopic } from './offsets.js';
import { send, type Placement } from './placement.js';
import { transact } from './transaction.js';

/** How a lease makes its steps durable. */
export interface Committer {
  commit(batch: CommitBatch): Promise<Appended[]>;
  close(): Promise<void>;
}

export interface CommitterContext {
  readonly client: KafkaClient;
  readonly options: ResolvedKafkaOptions;
  readonly placement: Placement;
  readonly appender: Appender;
  readonly group: string;
  /** Commits offsets as the group's member; fails once the partition belongs to another one. */
  readonly commitOffsets: (positions: readonly Position[]) => Promise<void>;
}

/** One id a partition of a group: who opens the next transaction with it fences the earlier owner. */
export const transactionalIdOf = (group: string, partition: number): string => `${group}-${partition}`;

/**
 * One transaction a step. Making it fences whoever wrote for this partition before, and settles what that one left open: only then may the committed
 * offsets be read.
 */
export async function exactlyOnce(context: CommitterContext, partition: number): Promise<Committer> {
  const { client, options, placement, group } = context;
  const producer = await client.producer(transactionalIdOf(group, partition));
  try {
    await claim(producer);
  } catch (reason) {
    await disconnect(producer);
    throw kafkaFailure(client.name, reason);
  }
  return {
    commit: async ({ records, offsets }) => {
      if (records.length === 0) {
        if (offsets.length > 0) await context.commitOffsets(offsets);
        return [];
      }
      const placed = await placement.place(records);
      const write = async (transaction: Transaction): Promise<Appended[]> => {
        const appended = await send(transaction, placed, options.compression);
        if (offsets.length > 0) await transaction.sendOffsets({ consumerGroupId: group, topics: byTopic(offsets) });
        return appended;
      };
      return await transact(producer, placed, write, options.deliveryTimeoutMs);
    },
    close: () => disconnect(producer),
  };
}

/** Records first, offsets after: what happens in between is done again by the next owner. */
export function atLeastOnce({ placement, appender, commitOffsets }: CommitterContext): Committer {
  return {
    commit: async ({ records, offsets }) => {
      const appended = await appender.sendPlainly(await placement.place(records));
      if (offsets.length > 0) await commitOffsets(offsets);
      return appended;
    },
    close: () => Promise.resolve(),
  };
}

/** kafkajs asks for the producer id at the first transaction; an empty one that is aborted says nothing to the broker. */
async function claim(producer: Producer): Promise<void> {
  const transaction = await producer.transaction();
  await transaction.abort();
}
