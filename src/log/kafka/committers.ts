import type { Appended, CommitBatch, Position } from '../log.js';
import type { Appender } from './appender.js';
import type { KafkaClient } from './kafka-client.js';
import type { ResolvedKafkaOptions } from './kafka-options.js';
import type { Placement } from './placement.js';

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
