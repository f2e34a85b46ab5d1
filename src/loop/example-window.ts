import type { Store } from '../topology/store.js';

/** A labelled feature vector in the feature log. */
export interface ExampleRow {
  readonly topic: string;
  readonly offset: number;
  readonly label: string;
  readonly featurizer: string;
}

/** The examples of one label, the oldest first, in slots with the numbers from `first` up to `next`, which is left out. */
interface Queue {
  readonly label: string;
  readonly first: number;
  readonly next: number;
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
    const known = queues.find((queue) => queue.label === label) ?? { label, first: 0, next: 0 };
    this.slots.set(slot(key, label, known.next), row);
    const grown = replaced(queues, { ...known, next: known.next + 1 });
    const held = grown.reduce((sum, queue) => sum + lengthOf(queue), 0);
    const [left, offset] = held > this.size ? this.#pushOut(key, grown) : [grown, -1];
    this.states.set(key, { count: count + 1, queues: left, leftTo: Math.max(leftTo, offset) });
  }

  /** Takes out the examples of one label, or of all, that are `unwanted`. How many there were. */
  remove(key: string, unwanted: (row: ExampleRow) => boolean, label?: string): number {
    const state = this.#state(key);
    const queues = state.queues.map((queue) =>
      label === undefined || queue.label === label ? this.#without(key, queue, unwanted) : queue,
    );
    const removed = state.queues.reduce((sum, queue, at) => sum + lengthOf(queue) - lengthOf(queues[at]!), 0);
    if (removed > 0) this.states.set(key, { ...state, queues: queues.filter((queue) => lengthOf(queue) > 0) });
    return removed;
  }

  /** Label by label, of each the oldest first. */
  rows(key: string): ExampleRow[] {
    return this.#state(key).queues.flatMap((queue) => this.#rowsOf(key, queue));
  }

  #state(key: string): WindowState {
    return this.states.get(key) ?? empty;
  }

  #rowsOf(key: string, { label, first, next }: Queue): ExampleRow[] {
    return Array.from({ length: next - first }, (_, at) => this.slots.get(slot(key, label, first + at))!);
  }

  #pushOut(key: string, queues: readonly Queue[]): [queues: readonly Queue[], offset: number] {
    const longest = queues.reduce((most, queue) => (lengthOf(queue) > lengthOf(most) ? queue : most));
    const { label, first } = longest;
    const oldest = slot(key, label, first);
    const { offset } = this.slots.get(oldest)!;
    this.slots.delete(oldest);
    return [replaced(queues, { ...longest, first: first + 1 }), offset];
  }

  /** Closes the gaps by moving the newer examples down, or the older ones up where the oldest go, as when retention has dropped them: few are moved then. */
  #without(key: string, queue: Queue, unwanted: (row: ExampleRow) => boolean): Queue {
    const { label, first, next } = queue;
    const rows = this.#rowsOf(key, queue);
    const kept = rows.filter((row) => !unwanted(row));
    if (kept.length === rows.length) return queue;
    const up = unwanted(rows[0]!);
    const start = up ? next - kept.length : first;
    kept.forEach((row, at) => {
      if (rows[start - first + at] !== row) this.slots.set(slot(key, label, start + at), row);
    });
    for (let number = first; number < next; number++) {
      if (number < start || number >= start + kept.length) this.slots.delete(slot(key, label, number));
    }
    return { label, first: start, next: start + kept.length };
  }
}

function slot(key: string, label: string, number: number): string {
  return `${key}\0${label}#${number}`;
}

function lengthOf({ first, next }: Queue): number {
  return next - first;
}

/** With the queue of the same label replaced, or with it at the end. Without one that is empty. */
function replaced(queues: readonly Queue[], queue: Queue): Queue[] {
  const known = queues.some(({ label }) => label === queue.label);
  const all = known ? queues.map((other) => (other.label === queue.label ? queue : other)) : [...queues, queue];
  return all.filter((one) => lengthOf(one) > 0);
}
