import { defer, EMPTY, map, merge, mergeMap, of, type Observable, type OperatorFunction } from 'rxjs';

import type { LabelEvent } from '../events/label-event.js';
import { withValue, type StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
import { Ring } from './ring.js';

/** What belongs to a region at a time. */
interface Sighting {
  readonly camera: string;
  readonly region: string;
  readonly capturedAt: number;
}

/** The truth about a sighting. */
interface GivenLabel {
  readonly label: string;
  /** When the label was given, milliseconds since 1970. */
  readonly labelledAt: number;
}

export interface JoinWithLabelsOptions<V, H> {
  /** Identity of the state. */
  readonly name: string;
  /** Frames per region that a label may lie behind. Older ones are unknown by then. */
  readonly horizon: number;
  /** What is kept of a record until its label comes. */
  readonly keep: (record: StreamRecord<string, V>) => H;
}

export interface Labelled<H> extends Sighting, GivenLabel {
  readonly kept: H;
}

interface Halves<H> {
  readonly kept?: H;
  readonly label?: GivenLabel;
}

/**
 * Joins records with labels of the same region and time of capture, whichever comes first, however late. A label given twice joins once; one that differs
 * from the last is a correction and joins again; one whose frame never comes, or lies further back than `horizon`, joins nothing.
 */
export function joinWithLabels<V extends Sighting, H>(
  labels: Observable<StreamRecord<string, LabelEvent>>,
  { name, horizon, keep }: JoinWithLabelsOptions<V, H>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Labelled<H>>> {
  return (source) =>
    defer(() => {
      const task = currentTask(name);
      const halves = task.store<Halves<H>>(`${name}-halves`);
      const remembered = new Ring<string>(task.store(`${name}-next`), task.store(`${name}-ring`), horizon);
      const labelCame = ({ value: { label, labelledAt } }: StreamRecord<string, LabelEvent>): Halves<H> => ({
        label: { label, labelledAt },
      });

      return merge(
        source.pipe(map((record) => ({ record, half: { kept: keep(record) } }))),
        labels.pipe(map((record) => ({ record, half: labelCame(record) }))),
      ).pipe(
        mergeMap(({ record, half }) => {
          const { camera, region, capturedAt } = record.value;
          const id = `${record.key}@${capturedAt}`;
          const before = halves.get(id);
          const forgotten = before ? undefined : remembered.push(record.key, id);
          if (forgotten !== undefined) halves.delete(forgotten);
          const now = { ...before, ...half };
          halves.set(id, now);
          const news = before?.label?.label !== now.label?.label || before?.kept === undefined;
          if (now.kept === undefined || !now.label || !news) return EMPTY;
          return of(withValue<string, Labelled<H>>(record, { camera, region, capturedAt, kept: now.kept, ...now.label }));
        }),
      );
    });
}
