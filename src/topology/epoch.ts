import { Subscription } from 'rxjs';

import type { StreamRecord } from '../record.js';
import type { Graph, Sink, Source } from './graph.js';
import { inTask, type TaskContext } from './task-context.js';

export interface Input {
  readonly source: Source;
  readonly record: StreamRecord;
}

export interface Output {
  readonly sink: Sink;
  readonly record: StreamRecord;
}

/**
 * One epoch: subscribes every sink, hands the slice to the sources, completes them, and resolves with what came out once all sinks have
 * completed. Completion is the barrier: whatever asynchronous work the slice began has ended by then. Rejects with the first error of a stream, or, unsubscribing
 * everything, with the reason of `signal`.
 */
export function runEpoch(graph: Graph, task: TaskContext, slice: readonly Input[], signal?: AbortSignal): Promise<Output[]> {
  return new Promise((resolve, reject) => {
    const outputs: Output[] = [];
    const subscriptions = new Subscription();
    let open = graph.sinks.length;
    const complete = (): void => {
      open -= 1;
      if (open > 0) return;
      signal?.removeEventListener('abort', abort);
      resolve(outputs);
    };
    const fail = (reason: unknown): void => {
      signal?.removeEventListener('abort', abort);
      subscriptions.unsubscribe();
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const abort = (): void => fail(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });

    graph.begin();
    inTask(task, () => {
      for (const sink of graph.sinks) {
        const next = (record: StreamRecord): void => void outputs.push({ sink, record });
        subscriptions.add(graph.output(sink).subscribe({ next, error: fail, complete }));
      }
    });
    for (const { source, record } of slice) source.records.next(record);
    for (const source of graph.sources.values()) source.records.complete();
  });
}
