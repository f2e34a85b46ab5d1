import type { Store } from '../../topology/store.js';
import type { TaskContext } from '../../topology/task-context.js';
import type { DriftDetector } from './drift-detector.js';

/** A detector's state of one key. */
interface Watched<S> {
  readonly state: S;
  /** Values since the start or since the last drift. */
  readonly values: number;
  /** What the values were made by, where that is told. */
  readonly by?: string;
}

/** The states of a detector by key, in stores: settled parts in one of their own, which is written only when they are replaced. */
export class DriftStates<S> {
  readonly #moving: Store<Watched<Partial<S>>>;
  readonly #settled: Store<Partial<S>> | undefined;
  readonly #parts: readonly (keyof S)[];

  constructor(
    task: TaskContext,
    name: string,
    private readonly detector: DriftDetector<never, S>,
  ) {
    this.#parts = (detector.settled ?? []) as readonly (keyof S)[];
    this.#moving = task.store(name);
    this.#settled = this.#parts.length === 0 ? undefined : task.store(`${name}-settled`);
  }

  /** The state of a key; a new one where its values were made by something else until now. */
  get(key: string, by?: string): Watched<S> {
    const { state, values, ...known } = this.#moving.get(key) ?? { state: {}, values: 0, by };
    if (known.by !== by) return { state: this.detector.seed(), values: 0 };
    return { state: { ...this.detector.seed(), ...state, ...this.#settled?.get(key) }, values };
  }

  set(key: string, { state, values, by }: Watched<S>): void {
    const isSettled = (part: string): boolean => this.#parts.includes(part as keyof S);
    const entries = Object.entries(state as object) as [string, unknown][];
    const moving = Object.fromEntries(entries.filter(([part]) => !isSettled(part))) as Partial<S>;
    const settled = Object.fromEntries(entries.filter(([part]) => isSettled(part))) as Partial<S>;
    this.#moving.set(key, { state: moving, values, ...(by !== undefined && { by }) });
    const before = this.#settled?.get(key);
    if (this.#parts.some((part) => before?.[part] !== settled[part])) this.#settled?.set(key, settled);
  }
}
