import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** The ceiling: one thread a core, each on its own with the pictures in its memory, no queue, no answers. */
export class BareLanes {
  #last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly workers: readonly Worker[]) {}

  static async start(options: { files: readonly Uint8Array[]; model: string; count: number; batch: number }): Promise<BareLanes> {
    const { files, model, count, batch } = options;
    const workers = Array.from({ length: count }, () => {
      return new Worker(new URL('./bare-lane-worker.js', import.meta.url), { workerData: { files, model, batch } });
    });
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    return new BareLanes(workers);
  }

  /** Pictures a second. One run after the other: a run that met another one's answers would end too soon. */
  run(pictures: number): Promise<number> {
    const run = this.#last.then(() => this.#run(pictures));
    this.#last = run;
    return run;
  }

  async #run(pictures: number): Promise<number> {
    const started = performance.now();
    await Promise.all(
      this.workers.map((worker) => {
        worker.postMessage(pictures / this.workers.length);
        return once(worker, 'message');
      }),
    );
    return (pictures / (performance.now() - started)) * 1000;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
