import { availableParallelism } from 'node:os';

import { error } from '../../errors.js';
import type { BatchFigures } from './batch-metrics.js';
import { chooseDevice, type DeviceChoice } from './device.js';
import type { ModelSpec } from './engine.js';
import { fromFailure, isFailure, type JobAnswer, type RowGeometry } from './lane-protocol.js';
import { jobsPerLane, Lane, type Job, type LaneEvents } from './lane.js';
import { MicroBatcher, type BatchingOptions } from './micro-batcher.js';

export interface LanePoolOptions {
  /** Threads. Default: one per core on the CPU; two with a GPU, of which one decodes while the other computes. */
  readonly count?: number;
  /** `auto`, `cpu`, `webgpu` or `cuda`. Default: HEADWATER_DEVICE, else `auto`. */
  readonly device?: string;
}

/** What the lanes of a process do. */
export interface LaneFigures {
  readonly lanes: number;
  /** Lanes that have work at this moment. */
  readonly busy: number;
  /** By model. */
  readonly models: ReadonlyMap<string, BatchFigures>;
}

/** All lanes of a process and the models that share them; the model whose row waits longest is next. */
export class LanePool implements LaneEvents {
  readonly choice: DeviceChoice;
  readonly count: number;
  readonly #batchers = new Map<string, { batcher: MicroBatcher; users: number }>();
  #lanes: Lane[] = [];
  #jobs = 0;
  #pumping: NodeJS.Immediate | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ count, device }: LanePoolOptions = {}) {
    this.choice = chooseDevice(device);
    this.count = count ?? (this.choice.device === 'cpu' ? availableParallelism() : 2);
  }

  /** The queue of a model; whoever asks for the same model gets the same queue. Give it back with `release`. */
  acquire(spec: ModelSpec, options?: BatchingOptions): MicroBatcher {
    const found = this.#batchers.get(spec.name);
    const entry = found ?? { batcher: new MicroBatcher(spec, this.choice.device, () => this.#wake(), options), users: 0 };
    entry.users++;
    this.#batchers.set(spec.name, entry);
    return entry.batcher;
  }

  /** Ends one use of a model; with the last one its queue closes and the lanes let it go. */
  release(batcher: MicroBatcher): void {
    const entry = this.#batchers.get(batcher.spec.name);
    if (entry?.batcher !== batcher || --entry.users > 0) return;
    this.#batchers.delete(batcher.spec.name);
    batcher.close();
    for (const lane of this.#lanes) lane.unload(batcher.spec.name);
  }

  /** Starts the lanes and loads the model in each of them; does not wait for it. */
  prepare(batcher: MicroBatcher): void {
    this.#start();
    for (const lane of this.#lanes) lane.load(batcher);
  }

  /** Device, why it was taken, lanes, and what each model runs on, in words. */
  describe(): string {
    const models = [...this.#batchers.keys()].map((name) => {
      const description = this.#lanes.map((lane) => lane.description(name)).find((text) => text);
      return `${name}: ${description ?? 'not loaded yet'}`;
    });
    return [`${this.count} lanes on ${this.choice.device} (${this.choice.reason})`, ...models].join('; ');
  }

  figures(): LaneFigures {
    return {
      lanes: this.count,
      busy: this.#lanes.filter(({ jobs }) => jobs > 0).length,
      models: new Map([...this.#batchers].map(([name, { batcher }]) => [name, batcher.figures()])),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#alarm);
    clearImmediate(this.#pumping);
    for (const { batcher } of this.#batchers.values()) batcher.close();
    await Promise.all(this.#lanes.splice(0).map((lane) => lane.close()));
  }

  done(_lane: Lane, { batcher, rows }: Job, answer: JobAnswer): void {
    this.#pump();
    const answered = answer.rows.filter((row) => !isFailure(row)).length;
    batcher.metrics.answered(rows.length, rows.length - answered, answer.decodeMs, answer.computeMs);
    let slot = 0;
    rows.forEach((row, at) => {
      const outcome = answer.rows[at]!;
      if (isFailure(outcome)) row.reject(fromFailure(outcome));
      else row.resolve({ vectors: vectorsAt(answer, slot++, answered), geometry: outcome satisfies RowGeometry });
    });
  }

  died(lane: Lane, jobs: readonly Job[], cause: Parameters<LaneEvents['died']>[2]): void {
    this.#lanes = this.#lanes.filter((other) => other !== lane);
    const [atWork, ...atHand] = jobs;
    for (const { batcher, rows } of atHand.reverse()) batcher.putBack(rows);
    if (atWork !== undefined) {
      const { batcher, rows } = atWork;
      const model = batcher.spec.name;
      if (rows.length > 1) batcher.putBack(rows.map((row) => ({ ...row, suspect: true })));
      else if (cause.kind === 'deadline') rows[0]!.reject(error('HW_LANE_DEADLINE', { model, ms: batcher.deadlineMs }));
      else rows[0]!.reject(error('HW_LANE_CRASHED', { model, reason: cause.reason }));
    }
    this.#wake();
  }

  /** Rows that arrive in one turn of the event loop are looked at together. */
  #wake(): void {
    this.#pumping ??= setImmediate(() => this.#pump());
  }

  #start(): void {
    while (!this.#closed && this.#lanes.length < this.count) this.#lanes.push(new Lane(this));
  }

  #pump(): void {
    clearImmediate(this.#pumping);
    this.#pumping = undefined;
    for (;;) {
      const batcher = this.#next();
      if (batcher === undefined) return;
      this.#start();
      const open = this.#lanes.filter(({ jobs }) => jobs < jobsPerLane).sort((a, b) => a.rows - b.rows);
      const [lane] = open;
      if (lane === undefined) return;
      const idle = open.filter(({ jobs }) => jobs === 0).length;
      const rows = batcher.take(Math.ceil(batcher.waiting / (idle || open.length)), idle > 1);
      lane.run({ id: this.#jobs++, batcher, rows });
    }
  }

  /** The model to serve next. Where all that wait may wait longer, an alarm is set for the first of them. */
  #next(): MicroBatcher | undefined {
    const now = performance.now();
    clearTimeout(this.#alarm);
    let wait = Infinity;
    let next: MicroBatcher | undefined;
    for (const { batcher } of this.#batchers.values()) {
      const readyIn = batcher.readyIn(now);
      wait = Math.min(wait, readyIn);
      if (readyIn <= 0 && batcher.oldest < (next?.oldest ?? Infinity)) next = batcher;
    }
    if (next === undefined && wait < Infinity) this.#alarm = setTimeout(() => this.#pump(), wait);
    return next;
  }
}

/** Row `slot` of each matrix, as a copy: a view would keep the whole batch alive. */
function vectorsAt({ columns }: JobAnswer, slot: number, rows: number): Float32Array[] {
  return columns.map((column) => {
    const size = column.length / rows;
    return column.slice(slot * size, (slot + 1) * size);
  });
}

let shared: LanePool | undefined;

/** The lanes of this process, started by the first row. */
export function lanes(): LanePool {
  return (shared ??= new LanePool());
}

/** Ends the lanes of this process; the next use starts new ones. */
export async function closeLanes(): Promise<void> {
  const pool = shared;
  shared = undefined;
  await pool?.close();
}
