import type { Observable, OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../../record.js';
import { milliseconds, type Duration } from '../../time/duration.js';
import { inStreamTime, type ProcessorOptions } from '../../time/processor.js';
import { WindowStore, type KeyWindow } from '../../time/window-store.js';
import { bothSides, type Sided } from './sides.js';

export interface JoinStreamsOptions<L, R, T extends 'inner' | 'left' | 'outer'> extends ProcessorOptions<L | R> {
  /** How far the times of two records may be apart: either way, or how much the right one may be `before` and `after` the left one. */
  readonly within: Duration | { readonly before: Duration; readonly after: Duration };
  /** How long after its span has ended a record still waits for others, in stream time. Default 0. */
  readonly grace?: Duration;
  /** Whether records without a match come out too, once no match can come any more: none, those of the left, or of both. Default `inner`. */
  readonly type?: T;
}

/** A record that waits for others. */
interface Waiting {
  readonly value: unknown;
  readonly matched: boolean;
  readonly origin: Pick<StreamRecord['origin'], 'topic' | 'partition' | 'offset'>;
}

type Missing<T, Types, V> = T extends Types ? V | null : V;

/**
 * Joins every two records of a key, one of each stream, whose times lie within a span: Kafka Streams' KStream-KStream join. The result has the later
 * time of the two. A record waits until stream time has passed the end of its span by more than `grace`; what comes later than that is late, and a
 * record that has not been joined by then comes out alone in a `left` or `outer` join, once and never before.
 *
 * @example clicks.pipe(join.streams(views, { name: 'seen', within: '10m', grace: '1m' }, (click, view) => ({ ...click, page: view.page })))
 */
export function streams<L, R, O, T extends 'inner' | 'left' | 'outer' = 'inner'>(
  right: Observable<StreamRecord<string, R>>,
  options: JoinStreamsOptions<L, R, T>,
  project: (left: Missing<T, 'outer', L>, right: Missing<T, 'left' | 'outer', R>) => O,
): OperatorFunction<StreamRecord<string, L>, StreamRecord<string, O>> {
  const { within, type = 'inner' } = options;
  const span = typeof within === 'object' ? within : { before: within, after: within };
  /** How far a record of a side looks back and ahead for records of the other. */
  const reach = {
    left: { back: milliseconds(span.before), ahead: milliseconds(span.after) },
    right: { back: milliseconds(span.after), ahead: milliseconds(span.before) },
  };
  const grace = milliseconds(options.grace ?? 0);
  const aloneToo = { left: type !== 'inner', right: type === 'outer' };
  const joined = project as (left: unknown, right: unknown) => O;

  const operator = inStreamTime<Sided<L, R>, O, L | R>(options, (context) => {
    const buffer = new WindowStore<readonly Waiting[]>(context.store);
    const openFrom = (streamTime: number): number => streamTime - grace;
    const windowOf = (side: 'left' | 'right', key: string, time: number): KeyWindow => {
      return { key: `${side}/${key}`, start: time, end: time + reach[side].ahead };
    };

    return {
      process(record, streamTime) {
        const { key, timestamp, value: own } = record;
        const { side } = own;
        const window = windowOf(side, key, timestamp);
        if (window.end < openFrom(streamTime)) {
          context.late(withValue(record, own.value));
          return;
        }
        const otherSide = side === 'left' ? 'right' : 'left';
        let matched = false;
        for (const other of buffer.ofKey(`${otherSide}/${key}`, timestamp - reach[side].back, window.end)) {
          if (other.end < openFrom(streamTime)) continue;
          matched = true;
          const { state, timestamp: time, origin } = buffer.get(other)!;
          for (const { value } of state) {
            const result = side === 'left' ? joined(own.value, value) : joined(value, own.value);
            context.emit({ ...withValue(record, result), timestamp: Math.max(timestamp, time) });
          }
          if (aloneToo[otherSide] && state.some((waiting) => !waiting.matched))
            buffer.set(
              other,
              state.map((waiting) => ({ ...waiting, matched: true })),
              time,
              { ...record, origin: { ...record.origin, ...origin } },
            );
        }
        const { topic, partition, offset } = record.origin;
        const same = buffer.get(window)?.state ?? [];
        buffer.set(window, [...same, { value: own.value, matched, origin: { topic, partition, offset } }], timestamp, record);
      },
      advance(streamTime) {
        for (const window of buffer.ending(0, openFrom(streamTime))) {
          const side = window.key.startsWith('left/') ? 'left' : 'right';
          const { state, timestamp } = buffer.get(window)!;
          buffer.delete(window);
          if (!aloneToo[side]) continue;
          const key = window.key.slice(side.length + 1);
          for (const { value, matched, origin } of state) {
            if (matched) continue;
            const result = side === 'left' ? joined(value, null) : joined(null, value);
            const from = { ...origin, timestamp, key: Buffer.from(key), value: null, headers: [] };
            context.emit({ key, value: result, timestamp, headers: [], origin: from });
          }
        }
      },
      due: () => {
        const end = buffer.nextEnd(0);
        return end === undefined ? undefined : end + grace + 1;
      },
    };
  });
  return (left) => operator(bothSides(left, right));
}
