import { Transformer, type Batch, type Columns } from '../../src/index.js';
import { columnIn } from '../../src/ml/dataset/batch.js';

/** A model that says what it was asked, the rows of each batch, and refuses negative numbers. */
export class Score extends Transformer {
  readonly batches: number[][] = [];

  constructor() {
    super({ type: 'Score', params: {} }, {});
  }

  override inputCols(): readonly string[] {
    return ['x'];
  }

  override outputCols(): readonly string[] {
    return ['score'];
  }

  override compute(batch: Batch): Columns {
    const x = Array.from(columnIn(batch, 'x') as Float64Array);
    this.batches.push(x);
    if (x.some((value) => value < 0)) throw new Error('negative');
    return { score: Float64Array.from(x, (value) => value / 10) };
  }
}
