import { Observable } from 'rxjs';

import { error } from '../errors.js';
import type { StreamRecord } from '../record.js';

/**
 * The records that came after their window had closed: give it to the operator as `late`, and write it to a topic or go on with it as with any stream.
 * Without one, late records are dropped and counted.
 *
 * @example
 * const late = new LateOutput<number>();
 * sink('sums', json(), numbers.pipe(window.tumbling({ name: 'sums', size: '1m', aggregate: aggregate.sum(), late })));
 * sink('late', json(), late);
 */
export class LateOutput<V> extends Observable<StreamRecord<string, V>> {
  #records: Observable<StreamRecord<string, V>> | undefined;

  constructor() {
    super((subscriber) => {
      if (!this.#records) throw error('HW_LATE_OUTPUT', { problem: 'belongs to no operator' });
      return this.#records.subscribe(subscriber);
    });
  }

  /** Called by the operator that it was given to. */
  bind(records: Observable<StreamRecord<string, V>>): void {
    if (this.#records) throw error('HW_LATE_OUTPUT', { problem: 'was given to two operators' });
    this.#records = records;
  }
}
