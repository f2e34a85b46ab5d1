import { timeKey } from '../time/time-key.js';
import type { KeyOrder } from '../topology/key-order.js';
import type { Store } from '../topology/store.js';
import type { TaskContext } from '../topology/task-context.js';
import { Ring } from './ring.js';

interface GivenLabel {
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly labelledAt: number;
}

/** What is known of a region at a time: a frame, its label, or a label whose frame has not come. */
interface Halves<H> {
  readonly kept?: H;
  readonly label?: GivenLabel;
  /** The label went to a frame of another time. */
  readonly taken?: true;
}

/** A frame that a label is news about, and the label that it had. */
interface LabelledFrame<H> {
  readonly capturedAt: number;
  readonly kept: H;
  readonly corrects?: string;
}

export interface LabelledFramesOptions {
  /** Identity of the state. */
  readonly name: string;
  /** Frames, and times of labels that no frame has come for, that are known per region. */
  readonly horizon: number;
  readonly toleranceMs: number;
}

/** The latest frames of each region and their labels, in the state of a task. Counts what becomes of the labels. */
export class LabelledFrames<H> {
  readonly #task: TaskContext;
  readonly #name: string;
  readonly #toleranceMs: number;
  readonly #halves: Store<Halves<H>>;
  readonly #known: Ring<string>;
  /** Ordered by key and time; only where times may differ. */
  readonly #order: KeyOrder | undefined;

  constructor(task: TaskContext, { name, horizon, toleranceMs }: LabelledFramesOptions) {
    this.#task = task;
    this.#name = name;
    this.#toleranceMs = toleranceMs;
    this.#halves = task.store(`${name}-halves`);
    this.#known = new Ring(task.store(`${name}-next`), task.store(`${name}-ring`), horizon);
    this.#order = toleranceMs > 0 ? this.#halves.orderedBy('time', placeOf) : undefined;
  }

  /** Adds a frame; its label, where one has been waiting for it. */
  add(key: string, capturedAt: number, kept: H): GivenLabel | undefined {
    const before = this.#halves.get(entryOf(key, capturedAt));
    if (before?.kept !== undefined) {
      this.#set(key, capturedAt, { ...before, kept });
      return undefined;
    }
    const label = before?.taken ? undefined : (before?.label ?? this.#takeWaiting(key, capturedAt));
    this.#set(key, capturedAt, { kept, ...(label && { label }) });
    if (label) this.#count('joined');
    return label;
  }

  /** Adds a label; the frame that it is news about, where that is known. */
  label(key: string, capturedAt: number, given: GivenLabel): LabelledFrame<H> | undefined {
    const at = this.#nearest(key, capturedAt, ({ kept }) => kept !== undefined) ?? capturedAt;
    const { kept, label: before } = this.#halves.get(entryOf(key, at)) ?? {};
    if (before?.label === given.label) {
      this.#count('repeated');
      return undefined;
    }
    this.#set(key, at, { ...(kept !== undefined && { kept }), label: given });
    if (kept === undefined) return undefined;
    this.#count(before ? 'corrected' : 'joined');
    return { capturedAt: at, kept, ...(before && { corrects: before.label }) };
  }

  #takeWaiting(key: string, capturedAt: number): GivenLabel | undefined {
    const at = this.#nearest(key, capturedAt, ({ kept, label, taken }) => kept === undefined && label !== undefined && !taken);
    if (at === undefined) return undefined;
    const { label } = this.#halves.get(entryOf(key, at))!;
    this.#halves.set(entryOf(key, at), { ...(label && { label }), taken: true });
    return label;
  }

  /** The time nearest to `time` of what is wanted, the earlier of two as near. */
  #nearest(key: string, time: number, wanted: (halves: Halves<H>) => boolean): number | undefined {
    const exact = this.#halves.get(entryOf(key, time));
    if (exact && wanted(exact)) return time;
    let nearest: number | undefined;
    const from = Math.max(0, time - this.#toleranceMs);
    for (const entry of this.#order?.range(`${key}\0${timeKey(from)}`, `${key}\0${timeKey(time + this.#toleranceMs + 1)}`) ?? []) {
      const at = timeOf(entry);
      const nearer = nearest === undefined || Math.abs(at - time) < Math.abs(nearest - time);
      if (nearer && wanted(this.#halves.get(entry)!)) nearest = at;
    }
    return nearest;
  }

  #set(key: string, time: number, halves: Halves<H>): void {
    const entry = entryOf(key, time);
    if (!this.#halves.has(entry)) this.#forget(this.#known.push(key, entry));
    this.#halves.set(entry, halves);
  }

  #forget(entry: string | undefined): void {
    if (entry === undefined) return;
    const { kept, taken } = this.#halves.get(entry) ?? {};
    if (kept === undefined && !taken) this.#count('unmatched');
    this.#halves.delete(entry);
  }

  #count(outcome: 'joined' | 'repeated' | 'corrected' | 'unmatched'): void {
    this.#task.countLabel(this.#name, outcome);
  }
}

function entryOf(key: string, time: number): string {
  return `${key}@${time}`;
}

function timeOf(entry: string): number {
  return Number(entry.slice(entry.lastIndexOf('@') + 1));
}

function placeOf(entry: string): string {
  return `${entry.slice(0, entry.lastIndexOf('@'))}\0${timeKey(Math.max(0, timeOf(entry)))}`;
}
