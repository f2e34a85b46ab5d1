import type { Lease, Log, Membership } from '../../log/log.js';
import type { LogRecord } from '../../record.js';
import { fitEach } from '../selection/fit-each.js';
import type { GridTask } from '../selection/grid-task.js';
import { serveLeases } from './serve-leases.js';
import { decodeTrial, encodeTrial, RESULTS_TOPIC, TRIALS_TOPIC, tuningTopics, type TrialResult } from './trials.js';

export interface TrialWorkerOptions {
  /** Stands in the results. */
  readonly worker: string;
  /** Partitions of the trials where they do not exist yet. Default 8. */
  readonly partitions?: number;
  /** Called when this worker cannot go on; its trials go to the others. */
  readonly onError?: (reason: unknown) => void;
}

/**
 * Works on the trials of one search, together with every other process that does: a trial belongs to the owner of its partition, its
 * result and its offset are committed in one step, and what a worker leaves undone goes to another. The task must be the same everywhere.
 */
export async function serveTrials(log: Log, search: string, task: GridTask, options: TrialWorkerOptions): Promise<Membership> {
  const { worker, partitions = 8, onError } = options;
  await log.createTopics(tuningTopics(partitions));
  const serve = async (lease: Lease) => {
    while (!lease.signal.aborted) {
      for (const record of await lease.fetch({ records: 1, waitMs: 500, signal: lease.signal })) {
        const result = await run(record, search, task, worker);
        const records = result === undefined ? [] : [{ topic: RESULTS_TOPIC, key: Buffer.from(search), value: encodeTrial(result) }];
        await lease.commit({ records, offsets: [{ topic: TRIALS_TOPIC, partition: record.partition, offset: record.offset + 1 }] });
      }
    }
  };
  return serveLeases(log, { group: `tuning-${search}`, topic: TRIALS_TOPIC, serve, onError });
}

async function run({ value }: LogRecord, search: string, task: GridTask, worker: string): Promise<TrialResult | undefined> {
  const trial = decodeTrial(value);
  if (trial?.search !== search) return undefined;
  const { point, fold } = trial;
  const one = { ...task, folds: [task.folds[fold]!], paramMaps: [task.paramMaps[point]!], parallelism: 1 };
  const [score] = await fitEach({ ...one, onProgress: undefined });
  const metrics = Object.fromEntries(Object.entries(score!.metrics).map(([name, metric]) => [name, Number.isNaN(metric) ? null : metric]));
  return { search, point, fold, worker, metrics, ...(score!.failure !== undefined && { failure: score!.failure }) };
}
