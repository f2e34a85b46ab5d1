import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { columnOf, valueAt } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { ColumnModel, inputOutputParams, type InputOutput } from '../feature/column-transformer.js';
import { SparseVector } from '../feature/sparse-vector.js';
import { requireWidth } from '../feature/vectors.js';
import { error } from '../../errors.js';
import { integerFrom } from '../params.js';
import { registerStage } from '../stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../stage.js';

export interface IDFParams extends InputOutput {
  minDocFreq: number;
}

const params = { ...inputOutputParams, minDocFreq: { doc: 'a word in fewer rows weighs 0', check: integerFrom(0), default: 0 } } as const;
const spec: StageSpec<IDFParams> = { type: 'IDF', params };
const modelSpec: StageSpec<IDFParams> = { type: 'IDFModel', params };

/**
 * Learns how rare each place of a vector, sparse or dense, is: `ln((rows + 1) / (rows with it + 1))`, as Spark ML's `IDF`. Nulls do not count.
 * Throws HW_NO_ROWS, HW_VECTOR_EXPECTED.
 */
export class IDF extends Estimator<IDFParams, IDFModel> {
  constructor(options: Partial<IDFParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<IDFModel> {
    this.validate();
    const { inputCol, minDocFreq } = this.params;
    let rows = 0;
    let frequency = new Float64Array(0);
    for await (const batch of dataset.select(inputCol).batches()) {
      for (let row = 0; row < batch.length; row++) {
        const counts = vectorIn(batch, inputCol, row);
        if (counts === null) continue;
        const size = lengthOf(counts);
        if (rows++ === 0) frequency = new Float64Array(size);
        requireWidth({ data: frequency, rows, width: size }, frequency.length, 'IDF');
        if (counts instanceof SparseVector) counts.indices.forEach((index, at) => (frequency[index]! += Number(counts.values[at]! > 0)));
        else for (let index = 0; index < size; index++) frequency[index]! += Number(counts[index]! > 0);
      }
    }
    if (rows === 0) throw error('HW_NO_ROWS', { column: inputCol });
    const idf = frequency.map((count) => (count >= minDocFreq ? Math.log((rows + 1) / (count + 1)) : 0));
    return new IDFModel(this.params, idf, this.uid);
  }
}

/** Multiplies every count by its place's weight; null stays null. */
export class IDFModel extends ColumnModel<IDFParams> {
  constructor(
    options: Partial<IDFParams>,
    readonly idf: Float64Array,
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, options, uid);
  }

  override compute(batch: Batch): Columns {
    const { inputCol, outputCol } = this.params;
    const weighted = Array.from({ length: batch.length }, (_, row) => {
      const value = vectorIn(batch, inputCol, row);
      if (value === null) return null;
      requireWidth({ data: this.idf, rows: 1, width: lengthOf(value) }, this.idf.length, this.spec.type);
      if (!(value instanceof SparseVector)) return Float64Array.from(value, (count, index) => count * this.idf[index]!);
      const { size, indices, values } = value;
      return new SparseVector(
        size,
        indices,
        values.map((count, at) => count * this.idf[indices[at]!]!),
      );
    });
    return { [outputCol]: columnOf(weighted) };
  }

  override snapshot(): Snapshot {
    return { ...super.snapshot(), values: { parent: this.parent }, tensors: { idf: { data: this.idf, shape: [this.idf.length] } } };
  }
}

type Counts = SparseVector | Float64Array | Float32Array | readonly number[];

function vectorIn(batch: Batch, column: string, row: number): Counts | null {
  const value = valueAt(columnIn(batch, column), row);
  if (value === null || value === undefined) return null;
  if (value instanceof SparseVector || value instanceof Float64Array || value instanceof Float32Array) return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  throw error('HW_VECTOR_EXPECTED', { column, row, expected: 'a vector', got: typeof value });
}

function lengthOf(vector: Counts): number {
  return vector instanceof SparseVector ? vector.size : vector.length;
}

registerStage(spec.type, ({ options, uid }) => new IDF(options, uid));
registerStage(modelSpec.type, (snapshot) => {
  return new IDFModel(snapshot.options, learnedFloats(snapshot, 'idf'), snapshot.values!['parent'] as string, snapshot.uid);
});
