import { batchOfRows, rowAt, type Batch, type Row } from './dataset/batch.js';

const LARGEST_BATCH = 256;

/** What became of a batch: all its rows, or those at the places `rows`. */
export interface Answered {
  readonly batch: Batch;
  readonly rows?: Int32Array;
}

interface Waiting {
  readonly row: Row;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Turns single rows into batches: what waits when the last batch is done goes together. When a batch fails its rows are tried one
 * by one, so that a bad row fails alone.
 */
export class RowBatcher {
  private waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly columns: readonly string[],
    private readonly run: (batch: Batch) => Promise<Answered>,
  ) {}

  /** The row with what was added; undefined where it was left out. */
  apply(row: Row): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ row, resolve, reject });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.drain());
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) await this.runTogether(this.waiting.splice(0, LARGEST_BATCH));
    this.running = false;
  }

  private async runTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = group.map(({ row }) => row);
      const { batch, rows: left } = await this.run(batchOfRows(rows, this.columns));
      group.forEach(({ row, resolve }, place) => {
        const index = left === undefined ? place : left.indexOf(place);
        resolve(index < 0 ? undefined : { ...row, ...rowAt(batch, index) });
      });
    } catch (thrown) {
      if (group.length === 1) group[0]!.reject(thrown);
      else for (const alone of group) await this.runTogether([alone]);
    }
  }
}
