import { concatMap, defer, type Observable, type OperatorFunction } from 'rxjs';

import type { StreamRecord } from '../../record.js';
import { currentTask } from '../../topology/task-context.js';
import { bothSides } from './sides.js';

export interface JoinTablesOptions<T extends 'inner' | 'left' | 'outer'> {
  /** Identity of the state of both tables: unique in the topology, stable across releases. */
  readonly name: string;
  /** Which keys the result holds: those of both tables (default), of the left, of either. */
  readonly type?: T;
}

interface Cell {
  readonly value: unknown;
  readonly timestamp: number;
}

interface Row {
  readonly left?: Cell;
  readonly right?: Cell;
}

type Missing<T, Types, V> = T extends Types ? V | null : V;

/**
 * Joins two tables into a third: Kafka Streams' KTable-KTable join. Both are streams of values, the last one of a key counts, `null` deletes; every
 * change of either side that the result sees is emitted, `null` where a key leaves the result. Its time is the later one of the two sides.
 */
export function tables<L, R, O, T extends 'inner' | 'left' | 'outer' = 'inner'>(
  right: Observable<StreamRecord<string, R | null>>,
  { name, type }: JoinTablesOptions<T>,
  project: (left: Missing<T, 'outer', L>, right: Missing<T, 'left' | 'outer', R>) => O,
): OperatorFunction<StreamRecord<string, L | null>, StreamRecord<string, O | null>> {
  const joined = project as (left: unknown, right: unknown) => O;
  const holds = ({ left, right }: Row): boolean => {
    if (type === 'outer') return left !== undefined || right !== undefined;
    return left !== undefined && (type === 'left' || right !== undefined);
  };
  return (left) =>
    defer(() => {
      const task = currentTask(name);
      const store = task.store<Row>(name);

      const next = (record: StreamRecord<string, { side: 'left' | 'right'; value: unknown }>): StreamRecord<string, O | null>[] => {
        const { key, timestamp, value: own } = record;
        const old = store.get(key) ?? {};
        const { [own.side]: _, ...rest } = old;
        const row: Row = own.value === null ? rest : { ...rest, [own.side]: { value: own.value, timestamp } };
        const time = Math.max(timestamp, row.left?.timestamp ?? 0, row.right?.timestamp ?? 0);
        const result = holds(row) ? joined(row.left?.value ?? null, row.right?.value ?? null) : null;
        if (row.left === undefined && row.right === undefined) store.delete(key);
        else store.set(key, row);
        return holds(row) || holds(old) ? [{ ...record, value: result, timestamp: time }] : [];
      };
      return bothSides(left, right).pipe(
        concatMap((record) => {
          try {
            return next(record);
          } catch (reason) {
            task.fail(record, name, reason);
            return [];
          }
        }),
      );
    });
}
