import { tap, type MonoTypeOperatorFunction } from 'rxjs';

import type { StreamRecord } from '../record.js';
import type { Clock } from '../time/clock.js';
import { systemClock } from '../time/clock.js';

/** What `measure` saw so far. */
export interface StreamMeter {
  /** Records that passed. */
  readonly records: number;
  /** Event time of the newest record, milliseconds since 1970. */
  readonly latest: number;
  /** Clock time minus event time of the last record, in milliseconds. */
  readonly delayMs: number;
}

/** Watches a stream without touching it: `report` is called with every record and the figures up to it. */
export function measure<R extends StreamRecord>(
  report: (meter: StreamMeter, record: R) => void,
  clock: Clock = systemClock,
): MonoTypeOperatorFunction<R> {
  let records = 0;
  let latest = -Infinity;
  return tap((record) => {
    records += 1;
    latest = Math.max(latest, record.timestamp);
    report({ records, latest, delayMs: clock.now() - record.timestamp }, record);
  });
}
