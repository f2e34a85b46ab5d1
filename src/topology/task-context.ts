import { error } from '../errors.js';
import type { BlobLoader } from '../image/blob-loader.js';
import type { CameraDirectory } from '../image/region.js';
import type { Format } from '../serde/serde.js';
import type { StreamRecord } from '../record.js';
import type { Clock } from '../time/clock.js';
import type { FoundRecord, WantedRecords } from './read-offsets.js';
import type { Store } from './store.js';

/** What an operator may ask of the task that it runs in. */
export interface TaskContext {
  readonly topology: string;
  readonly partition: number;
  readonly clock: Clock;
  readonly cameras: CameraDirectory;
  /** Fetches the bytes of a picture that was too big for its topic. */
  readonly blobs: BlobLoader;
  /** The task's store of that name, restored from its changelog. The name is the state's identity: unique in the topology, stable across releases. */
  store<V>(name: string, format?: Format<V>): Store<V>;
  /** For how long nothing has come in, in milliseconds of the clock; 0 in an epoch that has records. */
  readonly idleMs: number;
  /** Asks for an epoch without records once `idleMs` has reached `ms`, so that time goes on where no record moves it. Holds until the next epoch. */
  wakeAfter(ms: number): void;
  /** Counts a record that came too late for `operator`. */
  countLate(operator: string): void;
  /** Counts a record for which `operator` has no answer and gives none, by its own rule. */
  countSkipped(operator: string): void;
  /** Counts what became of a label that `operator` read. */
  countLabel(operator: string, outcome: string): void;
  /** Reads records of a topic again, in offset order. Those that are no longer there are left out. */
  readOffsets<V>(format: Format<V>, wanted: WantedRecords): AsyncIterable<FoundRecord<V>>;
  /** Takes a failed record out of the stream, by the app's error policy. The rest of the slice goes on. */
  fail(record: StreamRecord, stage: string, reason: unknown): void;
}

let current: TaskContext | undefined;

/** Runs `subscribe` with `task` as the task that stateful operators find. */
export function inTask<T>(task: TaskContext, subscribe: () => T): T {
  const outer = current;
  current = task;
  try {
    return subscribe();
  } finally {
    current = outer;
  }
}

/**
 * The task whose epoch is being subscribed. Operators call it on subscription, which is synchronous, and keep what they got.
 * Throws HW_OUTSIDE_TASK when subscribed anywhere else, such as in the inner observable of a mergeMap.
 */
export function currentTask(operator: string): TaskContext {
  if (current === undefined) throw error('HW_OUTSIDE_TASK', { operator });
  return current;
}
