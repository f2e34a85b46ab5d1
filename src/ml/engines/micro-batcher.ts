import { error } from '../../errors.js';
import type { LazyImage } from '../../image/lazy-image.js';
import { BatchMetrics, type BatchFigures } from './batch-metrics.js';
import type { Device } from './device.js';
import type { ModelSpec } from './engine.js';
import { RowQueue, type PendingRow, type RowAnswer } from './row-queue.js';

export interface BatchingOptions {
  /** Rows of one run at most. Default 8: more gain nothing on a CPU, and cost latency. */
  readonly maxBatch?: number;
  /** Milliseconds that a row may wait for others while a lane is free. Default 0. */
  readonly delayMs?: number;
  /** Rows that may wait; the next is refused with HW_MODEL_QUEUE_FULL. Default 16,384. */
  readonly maxQueue?: number;
  /** Milliseconds that a batch may keep its lane before the lane is replaced. Default 10,000. */
  readonly deadlineMs?: number;
}

/** The queue in front of one model, shared by all who use it: whatever waits runs the moment that a lane is free. */
export class MicroBatcher {
  readonly maxBatch: number;
  readonly deadlineMs: number;
  readonly metrics = new BatchMetrics();
  readonly #delayMs: number;
  readonly #maxQueue: number;
  readonly #queue = new RowQueue();
  readonly #arrival: () => void;
  #closed = false;

  /** `arrival` is told of every row that comes. */
  constructor(
    readonly spec: ModelSpec,
    readonly device: Device,
    arrival: () => void,
    { maxBatch = 8, delayMs = 0, maxQueue = 16_384, deadlineMs = 10_000 }: BatchingOptions = {},
  ) {
    this.#arrival = arrival;
    this.maxBatch = maxBatch;
    this.deadlineMs = deadlineMs;
    this.#delayMs = delayMs;
    this.#maxQueue = maxQueue;
  }

  /** The model's answer to one picture. Rejects with HW_IMAGE_*, HW_MODEL_* or HW_LANE_*, for this row only. */
  answer(image: LazyImage): Promise<RowAnswer> {
    if (this.#closed) return Promise.reject(this.#closedError());
    if (this.#queue.length >= this.#maxQueue) {
      return Promise.reject(error('HW_MODEL_QUEUE_FULL', { rows: this.#queue.length, model: this.spec.name }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ image, arrived: performance.now(), suspect: false, resolve, reject });
      this.#arrival();
    });
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Milliseconds from `now` until its rows may run: 0 or less where they may, Infinity where there are none. */
  readyIn(now: number): number {
    const { first } = this.#queue;
    if (first === undefined) return Infinity;
    return this.#queue.length >= this.maxBatch ? 0 : first.arrived + this.#delayMs - now;
  }

  /** Arrival of its oldest row, Infinity where there is none. */
  get oldest(): number {
    return this.#queue.first?.arrived ?? Infinity;
  }

  take(share: number, spread: boolean): PendingRow[] {
    const rows = this.#queue.take(Math.min(share, this.maxBatch), this.maxBatch, spread);
    const now = performance.now();
    this.metrics.handedOver(rows.map((row) => now - row.arrived));
    return rows;
  }

  /** Takes back rows that were handed over and not answered. */
  putBack(rows: readonly PendingRow[]): void {
    if (this.#closed) rows.forEach((row) => row.reject(this.#closedError()));
    else this.#queue.unshift(rows);
  }

  figures(): BatchFigures {
    return this.metrics.figures(this.#queue.length);
  }

  /** Refuses what waits and what comes. */
  close(): void {
    this.#closed = true;
    for (const row of this.#queue.drain()) row.reject(this.#closedError());
  }

  #closedError() {
    return error('HW_MODEL_CLOSED', { model: this.spec.name });
  }
}
