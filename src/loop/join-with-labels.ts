import { defer, EMPTY, merge, mergeMap, of, type Observable, type OperatorFunction } from 'rxjs';

import { error } from '../errors.js';
import type { LabelEvent } from '../events/label-event.js';
import { regionKey } from '../events/region-key.js';
import { withValue, type StreamRecord } from '../record.js';
import { milliseconds, type Duration } from '../time/duration.js';
import { currentTask } from '../topology/task-context.js';
import { LabelledFrames } from './labelled-frames.js';

/** What belongs to a region at a time. */
interface Sighting {
  readonly camera: string;
  readonly region: string;
  readonly capturedAt: number;
}

export interface LabelMatching {
  /** Frames per region that a label may lie behind. Older ones are unknown by then. Default 10,000. */
  readonly horizon?: number;
  /** How far a label's time may be from its frame's: of the frames in reach it names the nearest. Default 0. */
  readonly tolerance?: Duration;
}

export interface JoinWithLabelsOptions<V, H> extends LabelMatching {
  /** Identity of the state. */
  readonly name: string;
  /** What is kept of a record until its label comes. */
  readonly keep: (record: StreamRecord<string, V>) => H;
}

export interface Labelled<H> extends Sighting {
  readonly kept: H;
  readonly label: string;
  /** When the label was given, milliseconds since 1970. */
  readonly labelledAt: number;
  /** The label that this one corrects, if it is a correction. */
  readonly corrects?: string;
}

/**
 * Joins records with labels of the same region and time of capture, whichever comes first, however late. What became of each label is counted
 * (`headwater_labels_total`): one that meets its frame is `joined`; one given twice is `repeated` and joins once; one that differs from the last is a
 * correction, `corrected`, and joins again; one whose frame has not come, or is no longer known, before `horizon` frames more is `unmatched` and joins
 * nothing. A label that is not keyed by its region fails with HW_LABEL_KEY: it may lie in another partition than its frame.
 */
export function joinWithLabels<V extends Sighting, H>(
  labels: Observable<StreamRecord<string, LabelEvent>>,
  { name, horizon = 10_000, tolerance = 0, keep }: JoinWithLabelsOptions<V, H>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Labelled<H>>> {
  const toleranceMs = milliseconds(tolerance);
  return (source) =>
    defer(() => {
      const task = currentTask(name);
      const frames = new LabelledFrames<H>(task, { name, horizon, toleranceMs });

      const ofFrame = (record: StreamRecord<string, V>): Observable<StreamRecord<string, Labelled<H>>> => {
        const { camera, region, capturedAt } = record.value;
        const kept = keep(record);
        const given = frames.add(record.key, capturedAt, kept);
        return given ? of(withValue(record, { camera, region, capturedAt, kept, ...given })) : EMPTY;
      };
      const ofLabel = (record: StreamRecord<string, LabelEvent>): Observable<StreamRecord<string, Labelled<H>>> => {
        const { camera, region, capturedAt, label, labelledAt } = record.value;
        const expected = regionKey(camera, region);
        if (record.key !== expected) {
          task.fail(record, name, error('HW_LABEL_KEY', { key: record.key, expected }));
          return EMPTY;
        }
        const frame = frames.label(record.key, capturedAt, { label, labelledAt });
        return frame ? of(withValue(record, { camera, region, ...frame, label, labelledAt })) : EMPTY;
      };
      return merge(source.pipe(mergeMap(ofFrame)), labels.pipe(mergeMap(ofLabel)));
    });
}
