import type { LogRecord, NewRecord } from '../record.js';
import type { FetchLimits } from './log.js';

/** How much one fetch may return, with the defaults filled in. */
export interface FetchBudget {
  readonly records: number;
  readonly bytes: number;
}

/** 500 records (Kafka's `max.poll.records`) and 16 MiB where a fetch names no limits. */
export function fetchBudget({ records = 500, bytes = 16 * 2 ** 20 }: FetchLimits): FetchBudget {
  return { records: Math.max(1, records), bytes };
}

/** The bytes of a record that count against limits: key, value and headers. */
export function recordBytes({ key, value, headers = [] }: LogRecord | NewRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) bytes += header.key.length + (header.value?.length ?? 0);
  return bytes;
}
