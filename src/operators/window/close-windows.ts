import type { Aggregator } from '../../time/aggregate/aggregator.js';
import type { ProcessorContext } from '../../time/processor.js';
import { windowedRecord, type Windowed } from '../../time/windowed.js';
import type { WindowStore } from '../../time/window-store.js';
import type { Emit } from './window-options.js';

export interface Closing<V, S, R> {
  readonly windows: WindowStore<S>;
  readonly aggregate: Aggregator<V, S, R>;
  readonly emit: Emit;
  readonly context: Pick<ProcessorContext<Windowed<R>, V>, 'emit' | 'streamTime'>;
  /** The first end that is still open at a stream time. */
  readonly openFrom: (streamTime: number) => number;
  /** How long a closed window is kept, in milliseconds, because others are made from it. Default 0. */
  readonly keepMs?: number;
}

/** The part that all windows in stream time share: emits what closes, in the order of ends, and drops what nobody needs any more. */
export function closeWindows<V, S, R>({ windows, aggregate, emit, context, openFrom, keepMs = 0 }: Closing<V, S, R>) {
  return {
    advance(streamTime: number, before: number): void {
      if (emit === 'final') {
        for (const window of windows.ending(openFrom(before), openFrom(streamTime))) {
          const state = windows.get(window)!;
          context.emit(windowedRecord(window, state, aggregate.result(state.state)));
        }
      }
      for (const window of windows.ending(0, openFrom(streamTime) - keepMs)) windows.delete(window);
    },
    due(): number | undefined {
      const streamTime = context.streamTime();
      const open = openFrom(streamTime);
      const end = windows.nextEnd(open);
      return end === undefined ? undefined : streamTime + end - open + 1;
    },
  };
}
