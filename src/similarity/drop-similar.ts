import type { MonoTypeOperatorFunction } from 'rxjs';
import type { StreamRecord } from '../record.js';
import { milliseconds, type Duration } from '../time/duration.js';
import { inStreamTime, type ProcessorOptions } from '../time/processor.js';
import { WindowStore } from '../time/window-store.js';
import { distance, type Metric, type Vector } from './distance.js';

export interface DropSimilarOptions<V> extends Pick<ProcessorOptions<V>, 'name'> {
  /** The vector of a value, of one width in all of a key's. */
  readonly vector: (value: V) => Vector;
  /** How near, at most, a vector lies to one that passed before to be dropped. */
  readonly maxDistance: number;
  /** Default `cosine`. */
  readonly metric?: Metric;
  /** How long, in stream time, a record that passed keeps others like it out. */
  readonly horizon: Duration;
  /** Times of a key at which vectors passed to remember at most; the oldest go first. Default 100. */
  readonly remember?: number;
}

/**
 * Lets a record pass where its vector is unlike those of its key that passed within `horizon`, and drops it else: `dedupe` for pictures that are almost the
 * same, as those of a camera on an empty road.
 *
 * @example features.pipe(dropSimilar({ name: 'still', vector: ({ features }) => features, maxDistance: 0.02, horizon: '10m' }))
 */
export function dropSimilar<V>(options: DropSimilarOptions<V>): MonoTypeOperatorFunction<StreamRecord<string, V>> {
  const { name, vector, maxDistance, metric = 'cosine', horizon, remember = 100 } = options;
  const ms = milliseconds(horizon);
  return inStreamTime<V, V>({ name }, (context) => {
    /** Vectors that passed, by the stream time at which they did. */
    const passed = new WindowStore<readonly Vector[]>(context.store);
    return {
      process(record, streamTime) {
        const { key, value, timestamp } = record;
        const found = vector(value);
        const known = [...passed.ofKey(key, streamTime - ms, streamTime)].map((window) => ({ window, vectors: passed.get(window)!.state }));
        if (known.some(({ vectors }) => vectors.some((each) => distance(metric, found, each) <= maxDistance))) return;
        for (const { window } of known.slice(0, Math.max(0, known.length + 1 - remember))) passed.delete(window);
        const window = { key, start: streamTime, end: streamTime + ms };
        passed.set(window, [...(passed.get(window)?.state ?? []), found], timestamp, record);
        context.emit(record);
      },
      advance(streamTime) {
        for (const window of passed.ending(0, streamTime)) passed.delete(window);
      },
    };
  });
}
