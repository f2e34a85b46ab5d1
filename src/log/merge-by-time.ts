import type { LogRecord } from '../record.js';
import { recordBytes, type FetchBudget } from './fetch-limits.js';

/** The records of one partition in offset order, of which only the first is looked at. */
export interface RecordQueue {
  peek(budget: FetchBudget): LogRecord | undefined;
  shift(): void;
}

/** Takes records off the queues up to the budget, always the oldest event time among the heads next; the first queue wins a tie. At least one, if there is one. */
export function mergeByTime(queues: readonly RecordQueue[], budget: FetchBudget): LogRecord[] {
  const taken: LogRecord[] = [];
  let bytes = 0;
  while (taken.length < budget.records) {
    const left = { records: budget.records - taken.length, bytes: budget.bytes - bytes };
    let oldest: LogRecord | undefined;
    let source: RecordQueue | undefined;
    for (const queue of queues) {
      const head = queue.peek(left);
      if (head === undefined || (oldest !== undefined && head.timestamp >= oldest.timestamp)) continue;
      oldest = head;
      source = queue;
    }
    if (oldest === undefined) break;
    bytes += recordBytes(oldest);
    if (bytes > budget.bytes && taken.length > 0) break;
    source!.shift();
    taken.push(oldest);
  }
  return taken;
}
