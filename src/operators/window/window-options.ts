import type { Aggregator } from '../../time/aggregate/aggregator.js';
import type { Duration } from '../../time/duration.js';
import type { ProcessorOptions } from '../../time/processor.js';

/**
 * When results come: `update` after every record that changes a window, `final` once when the window closes, which is Kafka Streams'
 * `suppress(untilWindowCloses)`.
 */
export type Emit = 'update' | 'final';

export interface WindowOptions<V, S, R> extends ProcessorOptions<V> {
  readonly aggregate: Aggregator<V, S, R>;
  /** How long after its end a window still takes records, in stream time. Default 0. */
  readonly grace?: Duration;
  /** Default `update`. */
  readonly emit?: Emit;
}
