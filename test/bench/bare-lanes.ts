import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** The ceiling: one thread a core, each on its own with the pictures in its memory, no queue, no answers. */
export class BareLanes {
  private constructor(private readonly workers: readonly Worker[]) {}

  static async start(options: { files: readonly Uint8Array[]; model: string; count: number; batch: number }): Promise<BareLanes> {
    const { files, model, count, batch } = options;
    const workers = Array.from({ length: count }, () => {
      return new Worker(new URL('./bare-lane-worker.js', import.meta.url), { workerData: { files, model, batch } });
    });
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    return new BareLanes(workers);
  }

  /** Pictures a second. */
  async run(pictures: number): Promise<number> {
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
