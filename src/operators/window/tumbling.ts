import type { OperatorFunction } from 'rxjs';

import type { StreamRecord } from '../../record.js';
import type { Duration } from '../../time/duration.js';
import type { Windowed } from '../../time/windowed.js';
import { hopping } from './hopping.js';
import type { WindowOptions } from './window-options.js';

export interface TumblingOptions<V, S, R> extends WindowOptions<V, S, R> {
  readonly size: Duration;
}

/**
 * Windows of `size` side by side, aligned to 1970: Kafka Streams' `TimeWindows.ofSizeAndGrace`. `start` belongs to a window, `end` does not.
 *
 * @example predictions.pipe(window.tumbling({ name: 'per-minute', size: '1m', grace: '5s', emit: 'final', aggregate: aggregate.count() }))
 */
export function tumbling<V, S, R>(
  options: TumblingOptions<V, S, R>,
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Windowed<R>>> {
  return hopping({ ...options, advance: options.size });
}
