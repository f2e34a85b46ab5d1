import { error } from '../../errors.js';
import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { valueAt } from '../dataset/column.js';
import { ColumnTransformer, inputOutputParams, type InputOutput } from '../feature/column-transformer.js';
import { SparseVector } from '../feature/sparse-vector.js';
import { checks, integerFrom } from '../params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { murmur3 } from './murmur3.js';

export interface HashingTFParams extends InputOutput {
  numFeatures: number;
  binary: boolean;
}

const spec: StageSpec<HashingTFParams> = {
  type: 'HashingTF',
  params: {
    ...inputOutputParams,
    numFeatures: { doc: 'length of the vectors', check: integerFrom(1), default: 1 << 18 },
    binary: { doc: 'count a word once a row', check: checks.boolean, default: false },
  },
};

/**
 * Lists of words to sparse vectors of word counts, a word's place being its hash: Spark ML's `HashingTF`, with equal indices. Null stays null.
 * Throws HW_TEXT_EXPECTED.
 */
export class HashingTF extends ColumnTransformer<HashingTFParams> {
  constructor(options: Partial<HashingTFParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  /** The place of a word. */
  indexOf(word: string): number {
    const { numFeatures } = this.params;
    return ((murmur3(word) % numFeatures) + numFeatures) % numFeatures;
  }

  override compute(batch: Batch): Columns {
    const { inputCol, outputCol } = this.params;
    const column = columnIn(batch, inputCol);
    return { [outputCol]: Array.from({ length: batch.length }, (_, row) => this.vector(valueAt(column, row), row)) };
  }

  private vector(words: unknown, row: number): SparseVector | null {
    if (words === null || words === undefined) return null;
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
      const got = Array.isArray(words) ? 'a list with other things' : typeof words;
      throw error('HW_TEXT_EXPECTED', { column: this.params.inputCol, row, got: `${got}, no list of words` });
    }
    const counts = new Map<number, number>();
    for (const word of words) {
      const index = this.indexOf(word);
      counts.set(index, this.params.binary ? 1 : (counts.get(index) ?? 0) + 1);
    }
    const indices = Int32Array.from(counts.keys()).sort();
    return new SparseVector(
      this.params.numFeatures,
      indices,
      Float64Array.from(indices, (index) => counts.get(index)!),
    );
  }
}

registerStage(spec.type, ({ options, uid }) => new HashingTF(options, uid));
