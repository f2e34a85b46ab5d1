import type { Delivery, Lease, Log } from '../../log/log.js';
import { until } from './log-case.js';

/** A member of a group with the leases that it holds now. */
export interface Joined {
  readonly leases: ReadonlyMap<number, Lease>;
  /** The lease of a partition, once it is there. */
  lease(partition: number): Promise<Lease>;
  leave(): Promise<void>;
}

/** Joins a group and keeps account of its leases. */
export async function joined(log: Log, group: string, topics: readonly string[], delivery: Delivery = 'exactly-once'): Promise<Joined> {
  const leases = new Map<number, Lease>();
  const failures: unknown[] = [];
  const membership = await log.join({
    group,
    topics,
    delivery,
    onAssigned: (lease) => {
      leases.set(lease.partition, lease);
      lease.signal.addEventListener('abort', () => {
        if (leases.get(lease.partition) === lease) leases.delete(lease.partition);
      });
    },
    onError: (reason) => failures.push(reason),
  });
  return {
    leases,
    lease: async (partition) => {
      await until(`the lease of partition ${partition} in group ${group}`, () => {
        if (failures.length > 0) throw failures[0];
        return leases.has(partition);
      });
      return leases.get(partition)!;
    },
    leave: () => membership.leave(),
  };
}
