import { defer, map, Observable, share, Subject, tap } from 'rxjs';

import { error } from '../errors.js';
import type { Models } from '../loop/models.js';
import type { StreamRecord } from '../record.js';
import type { Format } from '../serde/serde.js';
import { text } from '../serde/text.js';
import type { Topology, TopologyBuilder } from './topology.js';

export interface Source {
  readonly kind: 'source';
  readonly name: string;
  readonly key: Format<unknown>;
  readonly value: Format<unknown>;
  /** The epoch's records enter here; a new subject for each epoch. */
  records: Subject<StreamRecord>;
}

export interface Step {
  readonly kind: 'step';
  readonly name: string;
}

export interface Sink {
  readonly kind: 'sink';
  readonly name: string;
  readonly key: Format<unknown>;
  readonly value: Format<unknown>;
  readonly stream: Observable<StreamRecord>;
}

export type Node = Source | Step | Sink;

/** Who reads whom, learnt while the streams are subscribed. */
export interface Edge {
  readonly from: Node;
  readonly to: Node;
}

/** What a graph tells while it runs. */
export interface GraphObserver {
  onStep?(step: Step): void;
}

/** One task's streams of a topology: built once, subscribed once per epoch. */
export class Graph {
  readonly sources = new Map<string, Source>();
  readonly steps = new Map<string, Step>();
  readonly sinks: Sink[] = [];
  readonly edges = new Set<Edge>();
  /** Internal topics: written and read by this topology alone. */
  readonly repartitions: string[] = [];
  /** Nodes being subscribed now, the innermost last; whoever subscribes meanwhile is read by it. */
  readonly #subscribing: Node[] = [];
  readonly #observer: GraphObserver;
  readonly #topology: string;

  /** `app` begins the names of internal topics. */
  constructor(topology: Topology, models: Models, observer: GraphObserver = {}, app = topology.name) {
    this.#observer = observer;
    this.#topology = topology.name;
    const builder: TopologyBuilder = {
      models,
      source: <K, V>(topic: string, value: Format<V>, key?: Format<K>) =>
        this.#source(topic, value, key ?? text) as Observable<StreamRecord<K, V>>,
      step: (name, stream) => this.#step(name, stream),
      sink: <K, V>(topic: string, value: Format<V>, stream: Observable<StreamRecord<K, V>>, key?: Format<K>) =>
        this.#sink(topic, value, stream, key ?? text),
      repartition: (name, format, stream, key) => {
        const topic = `${app}-${name}-repartition`;
        this.repartitions.push(topic);
        this.#sink(topic, format, stream.pipe(map((record) => ({ ...record, key: key(record.value, record) }))), text);
        return this.#source(topic, format, text) as typeof stream;
      },
    };
    topology.build(builder);
    if (this.sources.size === 0) this.#invalid('it has no source');
    if (this.sinks.length === 0) this.#invalid('it has no sink, so nothing would run');
  }

  /** Makes the sources ready for the next epoch. */
  begin(): void {
    for (const source of this.sources.values()) source.records = new Subject();
  }

  /** A sink's stream; what it reads is subscribed with it. */
  output(sink: Sink): Observable<StreamRecord> {
    return this.#reading(sink, sink.stream);
  }

  /** The node that is being subscribed now: the one that a store belongs to. */
  get subscribing(): Node | undefined {
    return this.#subscribing.at(-1);
  }

  #source(topic: string, value: Format<unknown>, key: Format<unknown>): Observable<StreamRecord> {
    const known = this.sources.get(topic);
    if (known && (known.value !== value || known.key !== key)) this.#invalid(`source "${topic}" is read in two formats`);
    const source: Source = known ?? { kind: 'source', name: topic, key, value, records: new Subject() };
    this.sources.set(topic, source);
    return this.#readBy(source, () => source.records);
  }

  #step<T>(name: string, stream: Observable<T>): Observable<T> {
    if (this.steps.has(name)) this.#invalid(`two steps are named "${name}"`);
    const step: Step = { kind: 'step', name };
    this.steps.set(name, step);
    const measured = tap<T>(() => this.#observer.onStep?.(step));
    const shared = this.#reading(step, stream).pipe(measured, share());
    return this.#readBy(step, () => shared);
  }

  #sink(topic: string, value: Format<unknown>, stream: Observable<StreamRecord>, key: Format<unknown>): void {
    if (this.sinks.some(({ name }) => name === topic)) this.#invalid(`two sinks write to "${topic}"; merge the streams`);
    this.sinks.push({ kind: 'sink', name: topic, key, value, stream });
  }

  /** `stream`, noting on subscription that `node` is read by whoever subscribes. */
  #readBy<T>(node: Node, stream: () => Observable<T>): Observable<T> {
    return defer(() => {
      const reader = this.subscribing;
      if (reader && ![...this.edges].some(({ from, to }) => from === node && to === reader)) this.edges.add({ from: node, to: reader });
      return stream();
    });
  }

  /** `stream`, with `node` as the reader of all that is subscribed on the way. */
  #reading<T>(node: Node, stream: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      this.#subscribing.push(node);
      try {
        return stream.subscribe(subscriber);
      } finally {
        this.#subscribing.pop();
      }
    });
  }

  #invalid(problem: string): never {
    throw error('HW_TOPOLOGY_INVALID', { topology: this.#topology, problem });
  }
}
