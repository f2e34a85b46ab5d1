import { setTimeout as pause } from 'node:timers/promises';
import { isError, type Lease, type Log, type LogRecord, type Membership } from '../../src/index.js';

export interface CopyOptions {
  readonly group: string;
  readonly from: string;
  readonly to: string;
  /** Records a step. */
  readonly records?: number;
  readonly onStep?: () => void | Promise<void>;
}

/** A member that copies each record of one topic to the same partition of another, exactly once, through every loss of a lease. */
export async function copying(
  log: Log,
  { group, from, to, records = 10, onStep }: CopyOptions,
): Promise<Membership & { failures: unknown[] }> {
  const failures: unknown[] = [];
  const copy = async (lease: Lease): Promise<void> => {
    let batch: LogRecord[] = [];
    while (!lease.signal.aborted) {
      try {
        batch = await lease.fetch({ records, waitMs: 500 });
        if (batch.length === 0) continue;
        await onStep?.();
        await lease.commit({
          records: batch.map(({ partition, key, value, timestamp }) => ({ topic: to, partition, key, value, timestamp })),
          offsets: [{ topic: from, partition: lease.partition, offset: batch.at(-1)!.offset + 1 }],
        });
      } catch (reason) {
        if (isError(reason, 'HW_LEASE_LOST')) return;
        if (!isError(reason, 'HW_KAFKA_AWAY')) throw reason;
        // Nothing of the step was written, and the lease is held on: the same step again.
        if (batch.length > 0) lease.seek([{ topic: from, partition: lease.partition, offset: batch[0]!.offset }]);
        await pause(100);
      }
    }
  };
  const membership = await log.join({
    group,
    topics: [from],
    onAssigned: (lease) => void copy(lease).catch((reason: unknown) => failures.push(reason)),
    onError: (reason) => failures.push(reason),
  });
  return { failures, leave: () => membership.leave() };
}

/** All records of a partition that are there now. */
export async function partitionContents(log: Log, topic: string, partition: number): Promise<LogRecord[]> {
  const reader = await log.reader([{ topic, partition, offset: 0 }]);
  const records: LogRecord[] = [];
  while (!(await reader.atEnd())) records.push(...(await reader.fetch({ waitMs: 100 })));
  await reader.close();
  return records;
}

/** The values of a partition as numbers. */
export async function numbers(log: Log, topic: string, partition: number): Promise<number[]> {
  return (await partitionContents(log, topic, partition)).map(({ value }) => Number(Buffer.from(value!).toString()));
}
