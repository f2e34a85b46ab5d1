import { concatMap, defer, type OperatorFunction } from 'rxjs';

import { error } from '../../errors.js';
import type { FeatureEvent } from '../../events/feature-event.js';
import { withValue, type StreamRecord } from '../../record.js';
import { timeInKey, timeKey, timeKeyLength } from '../../time/time-key.js';
import type { Store } from '../../topology/store.js';
import { currentTask } from '../../topology/task-context.js';
import { summarize, type Summary } from './summarize-features.js';

export interface FeaturesOptions {
  /** Identity of the state: unique in the topology, stable across releases. */
  readonly name: string;
  /** What to add to a frame's own features, in this order. */
  readonly features: readonly Summary[];
}

/** How far back a window of frames reaches: so many frames, and so many milliseconds, a frame exactly that much older being outside. */
export interface Reach {
  readonly frames: number;
  readonly span: number;
}

type Frame = Pick<FeatureEvent, 'featurizer' | 'features'>;

/**
 * Adds to the features of every frame what the frames of its key just before it tell: `mean`, `max` and `std` (of the population) over the window, the
 * frame itself included, and `delta`, the change since the window's oldest frame. A vector of d features becomes d x (1 + the number of summaries).
 * The featurizer's name says so, since features of different versions do not mix; frames of another featurizer are left out of a window.
 */
export function slidingFeatures(
  { name, features: summaries }: FeaturesOptions,
  reach: Reach,
): OperatorFunction<StreamRecord<string, FeatureEvent>, StreamRecord<string, FeatureEvent>> {
  if (!(reach.frames >= 1 && reach.span >= 1)) throw error('HW_WINDOW', { name, problem: 'size must hold at least one frame' });
  const suffix = `+${reach.frames === Infinity ? `${reach.span}ms` : reach.frames}(${summaries.join(',')})`;

  return (source) =>
    defer(() => {
      const task = currentTask(name);
      const history = new FrameHistory(task.store<Frame>(name), reach);
      return source.pipe(
        concatMap((record) => {
          const { key, timestamp, value } = record;
          const { featurizer, features } = value;
          history.add(key, timestamp, { featurizer, features });
          const window = history
            .upTo(key, timestamp)
            .filter((frame) => frame.featurizer === featurizer && frame.features.length === features.length);
          const vectors = window.map((frame) => frame.features);
          return [withValue(record, { ...value, featurizer: featurizer + suffix, features: summarize(features, vectors, summaries) })];
        }),
      );
    });
}

/** The newest frames of each key, in event time. */
class FrameHistory {
  readonly #byTime;

  constructor(
    private readonly store: Store<Frame>,
    private readonly reach: Reach,
  ) {
    this.#byTime = store.orderedBy('key', (entry) => entry);
  }

  /** Adds a frame and drops those that no frame at or after the key's newest can reach. */
  add(key: string, time: number, frame: Frame): void {
    this.store.set(entryOf(key, time), frame);
    const { frames, span } = this.reach;
    const entries = this.#entries(key, 0, Number.MAX_SAFE_INTEGER);
    const newest = timeInKey(entries.at(-1)!, -timeKeyLength);
    entries.forEach((entry, index) => {
      if (timeInKey(entry, -timeKeyLength) <= newest - span || index < entries.length - frames) this.store.delete(entry);
    });
  }

  /** The frames in the window that ends at `time`, the oldest first. */
  upTo(key: string, time: number): Frame[] {
    const { frames, span } = this.reach;
    const entries = this.#entries(key, Math.max(0, time - span + 1), time);
    return entries.slice(Math.max(0, entries.length - frames)).map((entry) => this.store.get(entry)!);
  }

  #entries(key: string, from: number, to: number): string[] {
    const entries = this.#byTime.range(entryOf(key, from), `${entryOf(key, to)}\0`);
    const length = key.length + 1 + timeKeyLength;
    return [...entries].filter((entry) => entry.length === length); // another key may begin with this key and a NUL
  }
}

function entryOf(key: string, time: number): string {
  return `${key}\0${timeKey(time)}`;
}
