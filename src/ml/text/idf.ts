import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { valueAt } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { ColumnModel, inputOutputParams, type InputOutput } from '../feature/column-transformer.js';
import { SparseVector } from '../feature/sparse-vector.js';
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

/** Learns how rare each place of a sparse vector is: `ln((rows + 1) / (rows with it + 1))`, as Spark ML's `IDF`. */
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
      for (let row = 0; row < batch.length; row++, rows++) {
        const { size, indices, values } = sparseIn(batch, inputCol, row);
        if (rows === 0) frequency = new Float64Array(size);
        indices.forEach((index, at) => (frequency[index]! += Number(values[at]! > 0)));
      }
    }
    const idf = frequency.map((count) => (count >= minDocFreq ? Math.log((rows + 1) / (count + 1)) : 0));
    return new IDFModel(this.params, idf, this.uid);
  }
}

/** Multiplies every count by its place's weight. */
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
      const { size, indices, values } = sparseIn(batch, inputCol, row);
      return new SparseVector(
        size,
        indices,
        values.map((value, at) => value * this.idf[indices[at]!]!),
      );
    });
    return { [outputCol]: weighted };
  }

  override snapshot(): Snapshot {
    return { ...super.snapshot(), values: { parent: this.parent }, tensors: { idf: { data: this.idf, shape: [this.idf.length] } } };
  }
}

function sparseIn(batch: Batch, column: string, row: number): SparseVector {
  const value = valueAt(columnIn(batch, column), row);
  if (value instanceof SparseVector) return value;
  throw error('HW_VECTOR_EXPECTED', { column, row, expected: 'a sparse vector', got: typeof value });
}

registerStage(spec.type, ({ options, uid }) => new IDF(options, uid));
registerStage(modelSpec.type, (snapshot) => {
  return new IDFModel(snapshot.options, learnedFloats(snapshot, 'idf'), snapshot.values!['parent'] as string, snapshot.uid);
});
