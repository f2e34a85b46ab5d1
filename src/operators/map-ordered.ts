import { Observable, type OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';

export interface MapOrderedOptions {
  /** Named in dead letters and in metrics. */
  readonly name?: string;
  /** How many calls may be open at once. Default: as many as the slice has records. */
  readonly concurrency?: number;
}

/**
 * Maps values asynchronously and gives the results back in the order of their input. A value on which `project` throws or rejects takes only its own
 * record out of the stream, by the app's error policy.
 *
 * @example frames.pipe(mapOrdered((frame) => lookUp(frame.camera), { name: 'look-up', concurrency: 8 }))
 */
export function mapOrdered<K, I, O>(
  project: (value: I, record: StreamRecord<K, I>) => O | Promise<O>,
  { name = 'mapOrdered', concurrency = Infinity }: MapOrderedOptions = {},
): OperatorFunction<StreamRecord<K, I>, StreamRecord<K, O>> {
  return (source) =>
    new Observable((subscriber) => {
      const task = currentTask(name);
      const waiting: StreamRecord<K, I>[] = [];
      /** In order of input; `undefined` while open, then what to emit, if anything. */
      const slots: { settled: boolean; output?: StreamRecord<K, O> }[] = [];
      let open = 0;
      let completed = false;

      const drain = (): void => {
        while (slots[0]?.settled) {
          const { output } = slots.shift()!;
          if (output) subscriber.next(output);
        }
        while (open < concurrency && waiting.length > 0) begin(waiting.shift()!);
        if (completed && slots.length === 0 && waiting.length === 0) subscriber.complete();
      };
      const begin = (record: StreamRecord<K, I>): void => {
        const slot: (typeof slots)[number] = { settled: false };
        slots.push(slot);
        open += 1;
        const settle = (): void => {
          slot.settled = true;
          open -= 1;
          if (!subscriber.closed) drain();
        };
        new Promise<O>((resolve) => resolve(project(record.value, record))).then(
          (value) => {
            slot.output = withValue(record, value);
            settle();
          },
          (reason: unknown) => {
            if (!subscriber.closed) task.fail(record, name, reason);
            settle();
          },
        );
      };

      return source.subscribe({
        next: (record) => {
          if (open < concurrency) begin(record);
          else waiting.push(record);
        },
        error: (reason) => subscriber.error(reason),
        complete: () => {
          completed = true;
          drain();
        },
      });
    });
}
