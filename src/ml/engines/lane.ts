import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';

import { reasonOf } from '../../errors.js';
import type { ImageSource } from '../../image/image-source.js';
import { startWorker } from '../../start-worker.js';
import { JobSlots } from './job-slots.js';
import type { FromLane, JobAnswer, JobRow, ToLane } from './lane-protocol.js';
import type { MicroBatcher } from './micro-batcher.js';
import type { PendingRow } from './row-queue.js';

/** Jobs a lane holds at most: one at work and one at hand, so that it never waits for the event loop. */
export const jobsPerLane = 2;

/** Rows that a lane works on. */
export interface Job {
  readonly id: number;
  readonly batcher: MicroBatcher;
  readonly rows: readonly PendingRow[];
}

export interface LaneEvents {
  done(lane: Lane, job: Job, answer: JobAnswer): void;
  /** The lane is gone; `jobs` were not answered, the first of them was at work. */
  died(lane: Lane, jobs: readonly Job[], cause: { readonly kind: 'deadline' } | { readonly kind: 'crash'; readonly reason: string }): void;
}

/** One worker thread from this side: what it was given, how long it has had, and its end. */
export class Lane {
  readonly #worker: Worker;
  readonly #events: LaneEvents;
  readonly #jobs: Job[] = [];
  readonly #slots = new JobSlots(jobsPerLane);
  readonly #models = new Map<string, { loaded: boolean; description: string }>();
  #deadline: NodeJS.Timeout | undefined;
  #dead = false;

  constructor(events: LaneEvents) {
    this.#events = events;
    this.#worker = startWorker(import.meta.url, 'lane-worker');
    this.#worker.on('message', (message: FromLane) => this.#receive(message));
    this.#worker.on('error', (thrown) => this.#die({ kind: 'crash', reason: reasonOf(thrown) }));
    this.#worker.on('exit', (code) => this.#die({ kind: 'crash', reason: `its thread ended with code ${code}` }));
    // Last, since listening to messages counts as waiting for them.
    this.#worker.unref();
  }

  get jobs(): number {
    return this.#jobs.length;
  }

  get rows(): number {
    return this.#jobs.reduce((sum, job) => sum + job.rows.length, 0);
  }

  /** What the lane said of a model, undefined before it has loaded it. */
  description(model: string): string | undefined {
    return this.#models.get(model)?.description;
  }

  load({ spec, device }: MicroBatcher): void {
    if (this.#models.has(spec.name)) return;
    this.#models.set(spec.name, { loaded: false, description: '' });
    this.#send({ type: 'load', spec, device });
  }

  unload(model: string): void {
    if (this.#models.delete(model)) this.#send({ type: 'unload', model });
  }

  run(job: Job): void {
    this.load(job.batcher);
    // A lane that works keeps the process alive, since somebody waits for its answer; an idle one does not.
    if (this.#jobs.push(job) === 1) {
      this.#worker.ref();
      this.#watch();
    }
    this.#send(this.#pack(job));
  }

  /**
   * Ends the thread when what it works on is done, and waits for that. A thread is never terminated: native code that comes back into
   * a thread that is being torn down aborts the whole process.
   */
  async close(): Promise<void> {
    this.#retire();
    if (this.#worker.threadId === -1) return;
    this.#worker.ref();
    await once(this.#worker, 'exit');
  }

  #retire(): void {
    this.#dead = true;
    clearTimeout(this.#deadline);
    this.#send({ type: 'close' });
  }

  #receive(message: FromLane): void {
    if (this.#dead) return;
    if (message.type === 'loaded') {
      this.#models.set(message.model, { loaded: true, description: message.description });
      this.#watch();
      return;
    }
    const job = this.#jobs.shift()!;
    if (this.#jobs.length === 0) this.#worker.unref();
    this.#watch();
    this.#events.done(this, job, message);
  }

  /** Gives the first job its time from now on; loading a model does not count. */
  #watch(): void {
    clearTimeout(this.#deadline);
    const job = this.#jobs[0];
    if (job === undefined || this.#models.get(job.batcher.spec.name)?.loaded !== true) return;
    this.#deadline = setTimeout(() => this.#die({ kind: 'deadline' }), job.batcher.deadlineMs);
  }

  #die(cause: Parameters<LaneEvents['died']>[2]): void {
    if (this.#dead) return;
    this.#retire();
    this.#worker.unref();
    this.#events.died(this, this.#jobs.splice(0), cause);
  }

  /** A job as a message; the rows of one picture share its bytes. */
  #pack({ id, batcher, rows }: Job): ToLane {
    const numbers = new Map<ImageSource, number>();
    const jobRows = rows.map(({ image }): JobRow => {
      const known = numbers.get(image.source) ?? numbers.size;
      numbers.set(image.source, known);
      return { source: known, plan: image.plan };
    });
    return { type: 'run', job: id, model: batcher.spec.name, sources: this.#slots.pack([...numbers.keys()]), rows: jobRows };
  }

  #send(message: ToLane): void {
    this.#worker.postMessage(message);
  }
}
