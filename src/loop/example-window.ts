import type { Store } from '../topology/store.js';

/** A labelled feature vector in the feature log. */
export interface ExampleRow {
  readonly topic: string;
  readonly offset: number;
  readonly label: string;
  readonly featurizer: string;
}

/** The examples of one label, the oldest first: numbers of slots, of which some may be empty. */
interface Queue {
  readonly label: string;
  readonly first: number;
  readonly next: number;
  readonly held: number;
}

/** What is known of a region's examples beside themselves; plain data, for a store. */
export interface WindowState {
  /** Examples that the region has had. */
  readonly count: number;
  /** In the order of their first example. */
  readonly queues: readonly Queue[];
  /** The newest offset of an example that was pushed out; -1 before there is one. */
  readonly leftTo: number;
}

const empty: WindowState = { count: 0, queues: [], leftTo: -1 };

/**
 * At most `size` examples of each region: the newest of each label. Where there is one too many, the oldest one of the label that has most makes room (of
 * equals, the label that was seen first), so that labels end up with equal shares, a rare one keeps all of its examples until it has one, and the whole
 * stays bounded however many labels there are. Goes by the examples alone: the same ones in the same order leave the same ones.
 */
export class ExampleWindow {
  constructor(
    private readonly states: Store<WindowState>,
    private readonly slots: Store<ExampleRow>,
    private readonly size: number,
  ) {}

  /** Examples that a region has had, those that were pushed out included. */
  count(key: string): number {
    return this.#state(key).count;
  }

  /** The newest offset of an example that was pushed out; -1 before there is one. */
  leftTo(key: string): number {
    return this.#state(key).leftTo;
  }

  add(key: string, row: ExampleRow): void {
    const { count, queues, leftTo } = this.#state(key);
    const { label } = row;
    const known = queues.find((queue) => queue.label === label) ?? { label, first: 0, next: 0, held: 0 };
    this.slots.set(slot(key, label, known.next), row);
    const grown = replaced(queues, { ...known, next: known.next + 1, held: known.held + 1 });
    const held = grown.reduce((sum, queue) => sum + queue.held, 0);
    const [left, offset] = held > this.size ? this.#pushOut(key, grown) : [grown, -1];
    this.states.set(key, { count: count + 1, queues: left, leftTo: Math.max(leftTo, offset) });
  }

  /** Takes out the examples of one label, or of all, that are not `wanted`. How many there were. */
  remove(key: string, unwanted: (row: ExampleRow) => boolean, label?: string): number {
    const state = this.#state(key);
    let removed = 0;
    const queues = state.queues.map((queue) => {
      if (label !== undefined && queue.label !== label) return queue;
      const places = this.#places(key, queue).filter(([, row]) => unwanted(row));
      for (const [place] of places) this.slots.delete(place);
      removed += places.length;
      return { ...queue, held: queue.held - places.length };
    });
    if (removed > 0) this.states.set(key, { ...state, queues: queues.filter(({ held }) => held > 0) });
    return removed;
  }

  /** Label by label, of each the oldest first. */
  rows(key: string): ExampleRow[] {
    return this.#state(key).queues.flatMap((queue) => this.#places(key, queue).map(([, row]) => row));
  }

  #state(key: string): WindowState {
    return this.states.get(key) ?? empty;
  }

  #pushOut(key: string, queues: readonly Queue[]): [queues: readonly Queue[], offset: number] {
    const longest = queues.reduce((most, queue) => (queue.held > most.held ? queue : most));
    const { label, held } = longest;
    let { first } = longest;
    while (!this.slots.has(slot(key, label, first))) first++;
    const oldest = slot(key, label, first);
    const { offset } = this.slots.get(oldest)!;
    this.slots.delete(oldest);
    return [replaced(queues, { ...longest, first: first + 1, held: held - 1 }), offset];
  }

  #places(key: string, { label, first, next }: Queue): (readonly [place: string, row: ExampleRow])[] {
    return Array.from({ length: next - first }, (_, at) => slot(key, label, first + at)).flatMap((place) => {
      const row = this.slots.get(place);
      return row ? [[place, row] as const] : [];
    });
  }
}

function slot(key: string, label: string, number: number): string {
  return `${key}\0${label}#${number}`;
}

/** With the queue of the same label replaced, or with it at the end. Without one that is empty. */
function replaced(queues: readonly Queue[], queue: Queue): Queue[] {
  const known = queues.some(({ label }) => label === queue.label);
  const all = known ? queues.map((other) => (other.label === queue.label ? queue : other)) : [...queues, queue];
  return all.filter(({ held }) => held > 0);
}
