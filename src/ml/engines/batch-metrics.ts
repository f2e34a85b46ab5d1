import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Milliseconds at which half, and all but one in a hundred, were done. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export interface BatchFigures {
  readonly rows: number;
  readonly failed: number;
  readonly batches: number;
  /** How many batches had n rows, at index n. */
  readonly batchSizes: readonly number[];
  readonly waiting: number;
  /** Time that lanes have spent on its batches, in milliseconds. */
  readonly busyMs: number;
  /** From arrival to the hand-over to a lane, a row. */
  readonly queueMs: Quantiles;
  /** Decoding and drawing, a batch. */
  readonly decodeMs: Quantiles;
  /** Inference, a batch. */
  readonly computeMs: Quantiles;
}

/** Counts what goes through a micro-batcher; its size does not grow with the stream. */
export class BatchMetrics {
  #rows = 0;
  #failed = 0;
  #busyMs = 0;
  readonly #batchSizes: number[] = [];
  readonly #queue = createHistogram();
  readonly #decode = createHistogram();
  readonly #compute = createHistogram();

  handedOver(waitedMs: readonly number[]): void {
    this.#batchSizes[waitedMs.length] = (this.#batchSizes[waitedMs.length] ?? 0) + 1;
    for (const ms of waitedMs) record(this.#queue, ms);
  }

  answered(rows: number, failed: number, decodeMs: number, computeMs: number): void {
    this.#rows += rows;
    this.#failed += failed;
    this.#busyMs += decodeMs + computeMs;
    record(this.#decode, decodeMs);
    record(this.#compute, computeMs);
  }

  figures(waiting: number): BatchFigures {
    const batchSizes = Array.from(this.#batchSizes, (count: number | undefined) => count ?? 0);
    return {
      rows: this.#rows,
      failed: this.#failed,
      batches: batchSizes.reduce((sum, count) => sum + count, 0),
      batchSizes,
      waiting,
      busyMs: this.#busyMs,
      queueMs: quantiles(this.#queue),
      decodeMs: quantiles(this.#decode),
      computeMs: quantiles(this.#compute),
    };
  }
}

function record(histogram: RecordableHistogram, ms: number): void {
  histogram.record(Math.max(1, Math.round(ms * 1000)));
}

function quantiles(histogram: RecordableHistogram): Quantiles {
  return { p50: histogram.percentile(50) / 1000, p99: histogram.percentile(99) / 1000 };
}
