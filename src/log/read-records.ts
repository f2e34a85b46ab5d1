import type { LogRecord } from '../record.js';
import type { Log } from './log.js';

export interface ReadOptions {
  /** Where to begin: the offset in every partition, or one of its ends. Default `earliest`. */
  readonly from?: number | 'earliest' | 'latest';
  /** Waits for more at the end instead of stopping there. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** The records of a topic outside any group: within a partition in offset order, across partitions the older event time first. Throws HW_TOPIC_UNKNOWN. */
export async function* readRecords(
  log: Log,
  topic: string,
  { from = 'earliest', follow = false, signal }: ReadOptions = {},
): AsyncGenerator<LogRecord> {
  const bounds = await log.bounds(topic);
  const positions = bounds.map(({ partition, earliest, latest }) => {
    const offset = from === 'earliest' ? earliest : from === 'latest' ? latest : Math.max(from, earliest);
    return { topic, partition, offset };
  });
  const reader = await log.reader(positions);
  try {
    while (!signal?.aborted && (follow || !(await reader.atEnd()))) {
      yield* await reader.fetch({ waitMs: 500, ...(signal && { signal }) });
    }
  } finally {
    await reader.close();
  }
}
