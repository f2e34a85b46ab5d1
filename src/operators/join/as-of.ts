import type { Observable, OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../../record.js';
import { milliseconds, type Duration } from '../../time/duration.js';
import { inStreamTime, type ProcessorOptions } from '../../time/processor.js';
import { WindowStore } from '../../time/window-store.js';
import { bothSides, type Sided } from './sides.js';

export interface JoinAsOfOptions<L, R, T extends 'inner' | 'left'> extends ProcessorOptions<L | R> {
  /** How old the right value may be at the left record's time. Default: any age. */
  readonly tolerance?: Duration;
  /** How long a left record waits for right ones that come out of order, in stream time. With 0 it is joined at once with what has come. */
  readonly grace: Duration;
  /** `inner` (default) drops left records without a match, `left` joins them with `null`. */
  readonly type?: T;
}

/** A left record that waits. */
interface Waiting<L> {
  readonly value: L;
  readonly headers: StreamRecord['headers'];
  readonly origin: Pick<StreamRecord['origin'], 'topic' | 'partition' | 'offset'>;
}

const never = Number.MAX_SAFE_INTEGER - 1;

/**
 * Joins every left record with the newest right value of its key at or before its own time: pandas' `merge_asof`, and what Kafka Streams does with a
 * versioned table and a grace period (KIP-923). Results come in the order of time, when stream time has passed the left record's by `grace`; a record
 * that comes later than that is late. Of right values of one time the last one counts.
 */
export function asOf<L, R, O, T extends 'inner' | 'left' = 'inner'>(
  right: Observable<StreamRecord<string, R>>,
  options: JoinAsOfOptions<L, R, T>,
  project: (left: L, right: T extends 'left' ? R | null : R) => O,
): OperatorFunction<StreamRecord<string, L>, StreamRecord<string, O>> {
  const { tolerance, type } = options;
  const age = tolerance === undefined ? never : milliseconds(tolerance);
  const grace = milliseconds(options.grace);
  const joined = project as (left: L, right: R | null) => O;

  const operator = inStreamTime<Sided<L, R>, O, L | R>(options, (context) => {
    /** Each right value is a window: the times for which it is the answer, both ends within. */
    const versions = new WindowStore<R>(context.store);
    const waiting = new WindowStore<readonly Waiting<L>[]>(context.store);

    const answer = (record: StreamRecord<string, L>): void => {
      const found = versions.lastOfKey(`right/${record.key}`, 0, record.timestamp);
      const version = found && found.end >= record.timestamp ? versions.get(found)! : undefined;
      if (version === undefined && type !== 'left') return;
      context.emit(withValue(record, joined(record.value, version ? version.state : null)));
    };
    const addVersion = (record: StreamRecord<string, Sided<L, R>>, value: R, streamTime: number): void => {
      const { timestamp } = record;
      const key = `right/${record.key}`;
      const [next] = versions.ofKey(key, timestamp + 1, never);
      const end = Math.min(timestamp + age, never, next ? next.start - 1 : never);
      if (end < streamTime - grace) {
        context.late(withValue(record, value));
        return;
      }
      const before = versions.lastOfKey(key, 0, timestamp);
      if (before && before.end >= timestamp) {
        const { state, timestamp: time, origin } = versions.get(before)!;
        versions.delete(before);
        if (before.start < timestamp)
          versions.set({ ...before, end: timestamp - 1 }, state, time, { ...record, origin: { ...record.origin, ...origin } });
      }
      versions.set({ key, start: timestamp, end }, value, timestamp, record);
    };

    return {
      process(record, streamTime) {
        const { key, timestamp, value, headers } = record;
        if (value.side === 'right') {
          addVersion(record, value.value, streamTime);
          return;
        }
        const left = withValue(record, value.value);
        if (timestamp < streamTime - grace) context.late(left);
        else if (timestamp === streamTime - grace) answer(left);
        else {
          const { topic, partition, offset } = record.origin;
          const window = { key: `left/${key}`, start: timestamp, end: timestamp };
          const same = waiting.get(window)?.state ?? [];
          waiting.set(window, [...same, { value: value.value, headers, origin: { topic, partition, offset } }], timestamp, record);
        }
      },
      advance(streamTime) {
        const until = streamTime - grace;
        for (const window of waiting.ending(0, until + 1)) {
          if (!window.key.startsWith('left/')) continue;
          const key = window.key.slice('left/'.length);
          const { state, timestamp } = waiting.get(window)!;
          waiting.delete(window);
          for (const { value, headers, origin } of state) {
            const from = { ...origin, timestamp, key: Buffer.from(key), value: null, headers };
            answer({ key, value, timestamp, headers, origin: from });
          }
        }
        for (const window of versions.ending(0, until)) versions.delete(window);
      },
      due: () => {
        for (const window of waiting.ending(0, never)) if (window.key.startsWith('left/')) return window.end + grace;
        return undefined;
      },
    };
  });
  return (left) => operator(bothSides(left, right));
}
