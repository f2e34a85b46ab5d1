import { concatMap, defer, type Observable, type OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../../record.js';
import type { Format } from '../../serde/serde.js';
import { currentTask } from '../../topology/task-context.js';
import { bothSides } from './sides.js';

export interface JoinTableOptions<R, T extends 'inner' | 'left'> {
  /** Identity of the table's state: unique in the topology, stable across releases. */
  readonly name: string;
  /** `inner` (default) drops records whose key the table does not hold, `left` joins them with `null`. */
  readonly type?: T;
  /** How the table's values lie in its changelog. Default: V8's structured clone. */
  readonly format?: Format<R>;
}

/**
 * Joins every record with what the table holds for its key at that moment: Kafka Streams' KStream-KTable join. The table is a stream of values, the
 * last one of a key counts, `null` deletes. Only records of the stream bring results.
 *
 * @example detections.pipe(join.table(cameras, { name: 'cameras' }, (detection, camera) => ({ ...detection, site: camera.site })))
 */
export function table<L, R, O, T extends 'inner' | 'left' = 'inner'>(
  right: Observable<StreamRecord<string, R | null>>,
  { name, type, format }: JoinTableOptions<R, T>,
  project: (left: L, right: T extends 'left' ? R | null : R) => O,
): OperatorFunction<StreamRecord<string, L>, StreamRecord<string, O>> {
  const joined = project as (left: L, right: R | null) => O;
  return (left) =>
    defer(() => {
      const task = currentTask(name);
      const store = task.store<R>(name, format);
      return bothSides(left, right).pipe(
        concatMap((record) => {
          const { key, value } = record;
          if (value.side === 'right') {
            if (value.value === null) store.delete(key);
            else store.set(key, value.value);
            return [];
          }
          const found = store.get(key) ?? null;
          if (found === null && type !== 'left') return [];
          try {
            return [withValue(record, joined(value.value, found))];
          } catch (reason) {
            task.fail(record, name, reason);
            return [];
          }
        }),
      );
    });
}
