import { reasonOf } from '../../errors.js';
import type { Lease, Log, Membership } from '../../log/log.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Label } from '../linear/class-labels.js';
import type { LogisticRegression } from '../linear/logistic-regression.js';
import { decodeFitRequest, encodeFit, FIT_REPLIES_TOPIC, FIT_REQUESTS_TOPIC, fitTopics, type FitRequest } from './fit-messages.js';
import { FitShard } from './fit-shard.js';
import { serveLeases } from './serve-leases.js';

export interface ShardWorkerOptions {
  /** Stands in the replies. */
  readonly worker: string;
  readonly estimator: LogisticRegression;
  /** All labels, in one order everywhere. */
  readonly labels: readonly Label[];
  readonly shards: number;
  /** The rows of a shard; called by whoever owns it, so a shard must be the same from everywhere. */
  readonly rows: (shard: number) => Dataset | Promise<Dataset>;
  /** Called when this worker cannot go on; its shards go to the others. */
  readonly onError?: (reason: unknown) => void;
}

/**
 * Works on the shards of a data-parallel fit, together with every other process that does. A shard belongs to the owner of its partition; its
 * reply and its offset are committed in one step, and the shards of a worker that dies go to another, which answers what is still open.
 */
export async function serveShards(log: Log, fit: string, options: ShardWorkerOptions): Promise<Membership> {
  const { worker, estimator, labels, shards, rows, onError } = options;
  await log.createTopics(fitTopics(shards));
  const answer = (shard: FitShard, number: number, { step, question }: FitRequest) => {
    try {
      return { fit, step, shard: number, worker, ...shard.answer(question) };
    } catch (thrown) {
      return { fit, step, shard: number, worker, weight: 0, sums: {}, failure: reasonOf(thrown) };
    }
  };
  const serve = async (lease: Lease) => {
    let shard: FitShard | undefined;
    while (!lease.signal.aborted) {
      for (const { value, partition, offset } of await lease.fetch({ records: 1, waitMs: 500, signal: lease.signal })) {
        const request = decodeFitRequest(value);
        const offsets = [{ topic: FIT_REQUESTS_TOPIC, partition, offset: offset + 1 }];
        if (request?.fit !== fit) {
          await lease.commit({ records: [], offsets });
          continue;
        }
        shard ??= await FitShard.load(estimator, labels, () => rows(partition));
        const reply = answer(shard, partition, request);
        await lease.commit({ records: [{ topic: FIT_REPLIES_TOPIC, key: Buffer.from(fit), value: encodeFit(reply) }], offsets });
      }
    }
  };
  return serveLeases(log, { group: `fit-${fit}`, topic: FIT_REQUESTS_TOPIC, serve, onError });
}
