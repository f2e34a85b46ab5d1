import { map, merge, type Observable } from 'rxjs';

import { withValue, type StreamRecord } from '../../record.js';

/** The value of a record, and which of two streams it came on. */
export type Sided<L, R> = { readonly side: 'left'; readonly value: L } | { readonly side: 'right'; readonly value: R };

/** Both streams as one, in the order in which their records come. */
export function bothSides<L, R>(
  left: Observable<StreamRecord<string, L>>,
  right: Observable<StreamRecord<string, R>>,
): Observable<StreamRecord<string, Sided<L, R>>> {
  return merge(
    left.pipe(map((record) => withValue(record, { side: 'left' as const, value: record.value }))),
    right.pipe(map((record) => withValue(record, { side: 'right' as const, value: record.value }))),
  );
}
