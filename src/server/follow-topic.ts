import { isError, reasonOf } from '../errors.js';
import type { Log, Position, Reader } from '../log/log.js';
import type { LogRecord } from '../record.js';
import type { Clock } from '../time/clock.js';

export interface FollowOptions {
  /** Records of each partition, before its end, with which to begin. */
  readonly newest: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRecord: (record: LogRecord) => Promise<void> | void;
  /** Called with what keeps the log from being read, and with nothing once it is read again. */
  readonly onProblem: (reason: string | undefined) => void;
}

/** Pause before a topic that is not there, or a log that fails, is looked at again, in milliseconds. */
const pauseMs = 1000;

/** Follows a topic, which may come into being later, until `signal`; where the log fails, it goes on from where it was. Never rejects. */
export async function followTopic(log: Log, topic: string, options: FollowOptions): Promise<void> {
  const { newest, clock, signal, onRecord, onProblem } = options;
  const next = new Map<number, number>();
  while (!signal.aborted) {
    let reader: Reader | undefined;
    try {
      reader = await log.reader(await positions(log, topic, next, newest));
      onProblem(undefined);
      for await (const record of records(reader, signal)) {
        next.set(record.partition, record.offset + 1);
        await onRecord(record);
      }
    } catch (reason) {
      if (!isError(reason, 'HW_TOPIC_UNKNOWN')) onProblem(reasonOf(reason));
      await clock.sleep(pauseMs, signal);
    } finally {
      await reader?.close().catch(() => undefined); // a reader of a log that is gone has nothing to close
    }
  }
}

async function* records(reader: Reader, signal: AbortSignal): AsyncGenerator<LogRecord> {
  while (!signal.aborted) yield* await reader.fetch({ waitMs: 1000, signal });
}

async function positions(log: Log, topic: string, next: ReadonlyMap<number, number>, newest: number): Promise<Position[]> {
  const bounds = await log.bounds(topic);
  return bounds.map(({ partition, earliest, latest }) => {
    const wanted = next.get(partition) ?? latest - newest;
    return { topic, partition, offset: Math.min(latest, Math.max(earliest, wanted)) };
  });
}
