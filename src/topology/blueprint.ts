import { Readable } from 'node:stream';

import { Subscription } from 'rxjs';

import { error } from '../errors.js';
import { fileBlobs } from '../image/blob-loader.js';
import type { Models } from '../loop/models.js';
import { systemClock } from '../time/clock.js';
import { Graph, type Node } from './graph.js';
import { Store } from './store.js';
import { inTask, type TaskContext } from './task-context.js';
import type { Topology } from './topology.js';

/** What a topology consists of: known before a record flows. */
export interface Blueprint {
  readonly topology: string;
  /** Topics that are read. */
  readonly sources: readonly string[];
  readonly steps: readonly string[];
  /** Topics that are written. */
  readonly sinks: readonly string[];
  /** Those topics that are read and written by this topology alone. */
  readonly repartitions: readonly string[];
  /** Stores, and the step or sink that each belongs to. */
  readonly stores: readonly { readonly name: string; readonly node: string }[];
  /** From whom to whom records flow, as `kind:name`. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Learns what a topology consists of by building it and subscribing it once without records.
 *
 * @throws HW_TOPOLOGY_INVALID where the definition cannot work
 */
export function blueprint(topology: Topology, models: Models, app: string = topology.name): Blueprint {
  const graph = new Graph(topology, models, {}, app);
  const stores: { name: string; node: string }[] = [];
  const problems: unknown[] = [];
  const probe: TaskContext = {
    topology: topology.name,
    partition: 0,
    clock: systemClock,
    cameras: { camera: () => undefined },
    blobs: fileBlobs(undefined),
    idleMs: 0,
    wakeAfter: () => undefined,
    countLate: () => undefined,
    countSkipped: () => undefined,
    countLabel: () => undefined,
    fail: () => undefined,
    readOffsets: () => Readable.from([]),
    store: <V>(name: string) => {
      if (stores.some((store) => store.name === name)) {
        const problem = `store "${name}" is used twice: name it otherwise, or put the stream that two sinks read into a step`;
        throw error('HW_TOPOLOGY_INVALID', { topology: topology.name, problem });
      }
      stores.push({ name, node: graph.subscribing ? nodeName(graph.subscribing) : '' });
      return new Store<V>(name, { serialize: () => null, deserialize: () => undefined as V });
    },
  };
  graph.begin();
  const subscriptions = new Subscription();
  inTask(probe, () => {
    for (const sink of graph.sinks) subscriptions.add(graph.output(sink).subscribe({ error: (reason) => problems.push(reason) }));
  });
  subscriptions.unsubscribe();
  if (problems.length > 0) throw problems[0];
  return {
    topology: topology.name,
    sources: [...graph.sources.keys()],
    steps: [...graph.steps.keys()],
    sinks: graph.sinks.map(({ name }) => name),
    repartitions: graph.repartitions,
    stores,
    edges: [...graph.edges].map(({ from, to }) => ({ from: nodeName(from), to: nodeName(to) })),
  };
}

function nodeName({ kind, name }: Node): string {
  return `${kind}:${name}`;
}
