import { Observable, type OperatorFunction } from 'rxjs';

import { error } from '../errors.js';
import { withValue, type StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';

export interface MicroBatchOptions {
  /** Named in dead letters. */
  readonly name: string;
  /** Largest batch. */
  readonly size: number;
  /** How long the first value of a batch waits for others, in milliseconds. Default 0: what has arrived by the end of the current turn. */
  readonly maxWaitMs?: number;
}

/**
 * Maps values in batches: `project` gets up to `size` values and answers with one result for each, in their order. Results keep the order of the
 * input. When a batch is refused its values are tried one by one, so that the one at fault is taken out alone.
 *
 * @throws HW_BATCH_RESULT inside the stream where `project` answers with another number of results
 */
export function microBatch<K, I, O>(
  project: (values: I[]) => Promise<O[]>,
  { name, size, maxWaitMs = 0 }: MicroBatchOptions,
): OperatorFunction<StreamRecord<K, I>, StreamRecord<K, O>> {
  return (source) =>
    new Observable((subscriber) => {
      const task = currentTask(name);
      let batch: StreamRecord<K, I>[] = [];
      let timer: NodeJS.Timeout | undefined;
      let work = Promise.resolve();

      const run = async (records: readonly StreamRecord<K, I>[]): Promise<void> => {
        try {
          const results = await project(records.map(({ value }) => value));
          if (results.length !== records.length)
            throw error('HW_BATCH_RESULT', { operator: name, expected: records.length, got: results.length });
          records.forEach((record, index) => subscriber.next(withValue(record, results[index]!)));
        } catch (reason) {
          if (subscriber.closed) return;
          if (records.length === 1) task.fail(records[0]!, name, reason);
          else for (const record of records) await run([record]);
        }
      };
      const flush = (): void => {
        clearTimeout(timer);
        timer = undefined;
        const records = batch;
        batch = [];
        if (records.length > 0) work = work.then(() => run(records));
      };

      const subscription = source.subscribe({
        next: (record) => {
          batch.push(record);
          if (batch.length >= size) flush();
          else timer ??= setTimeout(flush, maxWaitMs);
        },
        error: (reason) => subscriber.error(reason),
        complete: () => {
          flush();
          void work.then(() => subscriber.complete());
        },
      });
      return () => {
        clearTimeout(timer);
        subscription.unsubscribe();
      };
    });
}
