import { isError } from '../../errors.js';
import type { Lease, Log, Membership } from '../../log/log.js';

export interface LeaseService {
  readonly group: string;
  readonly topic: string;
  /** Works on a lease until that is lost. */
  readonly serve: (lease: Lease) => Promise<void>;
  /** Called when the member cannot go on. */
  readonly onError: ((reason: unknown) => void) | undefined;
}

/** Joins a group and serves its leases. A member that fails at one leaves, since it would hold the partition up: the others take over all of its partitions. */
export async function serveLeases(log: Log, { group, topic, serve, onError }: LeaseService): Promise<Membership> {
  const serveOrLeave = async (lease: Lease): Promise<void> => {
    try {
      await serve(lease);
    } catch (thrown) {
      if (isError(thrown, 'HW_LEASE_LOST')) return;
      onError?.(thrown);
      await (await joining).leave();
    }
  };
  const joining = log.join({
    group,
    topics: [topic],
    onAssigned: (lease) => {
      serveOrLeave(lease).catch((thrown: unknown) => onError?.(thrown));
    },
    ...(onError && { onError }),
  });
  return await joining;
}
