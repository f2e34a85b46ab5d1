import { concatMap, Observable, share, type OperatorFunction } from 'rxjs';

import type { StreamRecord } from '../record.js';
import type { Store } from '../topology/store.js';
import { currentTask } from '../topology/task-context.js';
import { milliseconds, type Duration } from './duration.js';
import type { LateOutput } from './late-output.js';
import { StreamTime } from './stream-time.js';

export interface ProcessorOptions<Late> {
  /** Identity of the state: unique in the topology, stable across releases. */
  readonly name: string;
  /** Where late records go. Default: dropped and counted. */
  readonly late?: LateOutput<Late>;
  /**
   * How long the task's inputs may be silent, by the clock, before stream time follows the clock. Default: stream time moves with records alone, as in
   * Kafka Streams.
   */
  readonly idle?: Duration;
}

/** What a processor works with during one epoch. */
export interface ProcessorContext<O, Late> {
  readonly store: Store<unknown>;
  streamTime(): number;
  emit(record: StreamRecord<string, O>): void;
  /** Takes a record that came too late out of the stream. */
  late(record: StreamRecord<string, Late>): void;
}

/** An operator in stream time, made anew for each epoch; what lasts is in the store. */
export interface Processor<I> {
  /** One record. `streamTime` includes it already. */
  process(record: StreamRecord<string, I>, streamTime: number): void;
  /** Stream time has moved on, after the record that moved it was processed. */
  advance?(streamTime: number, before: number): void;
  /** The stream time at which `advance` has something to do, if any. */
  due?(): number | undefined;
}

type Outcome<O, Late> =
  | { readonly kind: 'out'; readonly record: StreamRecord<string, O> }
  | { readonly kind: 'late'; readonly record: StreamRecord<string, Late> };

/**
 * Runs a processor on a stream: the one place that knows how stream time moves, where late records go and what becomes of a record that throws. A record
 * that throws emits nothing and is taken out alone.
 */
export function inStreamTime<I, O, Late = I>(
  options: ProcessorOptions<Late>,
  create: (context: ProcessorContext<O, Late>) => Processor<I>,
): OperatorFunction<StreamRecord<string, I>, StreamRecord<string, O>> {
  const { late } = options;
  return (source) => {
    const outcomes = run(source, options, create);
    if (!late) return emitted(outcomes);
    const shared = outcomes.pipe(share());
    late.bind(tooLate(shared));
    return emitted(shared);
  };
}

function run<I, O, Late>(
  source: Observable<StreamRecord<string, I>>,
  { name, late, idle }: ProcessorOptions<Late>,
  create: (context: ProcessorContext<O, Late>) => Processor<I>,
): Observable<Outcome<O, Late>> {
  const patience = idle === undefined ? undefined : milliseconds(idle);
  return new Observable((subscriber) => {
    const task = currentTask(name);
    const store = task.store<unknown>(name);
    const time = new StreamTime(store);
    let outcomes: Outcome<O, Late>[] = [];
    const processor = create({
      store,
      streamTime: () => time.now,
      emit: (record) => void outcomes.push({ kind: 'out', record }),
      late: (record) => {
        task.countLate(name);
        if (late) outcomes.push({ kind: 'late', record });
      },
    });

    const flush = (): void => {
      const settled = outcomes;
      outcomes = [];
      for (const outcome of settled) subscriber.next(outcome);
    };
    const advance = (before: number): void => {
      try {
        if (time.now > before) processor.advance?.(time.now, before);
        flush();
      } catch (reason) {
        subscriber.error(reason); // no single record's fault
      }
    };
    const process = (record: StreamRecord<string, I>): void => {
      try {
        processor.process(record, time.now);
      } catch (reason) {
        outcomes = [];
        task.fail(record, name, reason);
      }
    };

    return source.subscribe({
      next: (record) => {
        const before = time.now;
        time.observe(record.timestamp);
        process(record);
        advance(before);
      },
      error: (reason) => subscriber.error(reason),
      complete: () => {
        if (patience !== undefined) {
          const before = time.now;
          if (task.idleMs >= patience) time.passIdle(task.idleMs);
          advance(before);
          const due = time.observed < 0 ? 0 : (processor.due?.() ?? Infinity) - time.observed;
          task.wakeAfter(Math.max(patience, due));
        }
        subscriber.complete();
      },
    });
  });
}

function emitted<O, Late>(outcomes: Observable<Outcome<O, Late>>): Observable<StreamRecord<string, O>> {
  return outcomes.pipe(concatMap((outcome) => (outcome.kind === 'out' ? [outcome.record] : [])));
}

function tooLate<O, Late>(outcomes: Observable<Outcome<O, Late>>): Observable<StreamRecord<string, Late>> {
  return outcomes.pipe(concatMap((outcome) => (outcome.kind === 'late' ? [outcome.record] : [])));
}
