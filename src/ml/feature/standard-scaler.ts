import type { Batch, Columns } from '../dataset/batch.js';
import type { Dataset } from '../dataset/dataset.js';
import { VectorColumn } from '../dataset/column.js';
import { Estimator } from '../estimator.js';
import { checks } from '../params.js';
import { columnMoments, type ColumnMoments } from '../solve/standardise.js';
import { registerStage } from '../stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../stage.js';
import { ColumnModel, inputOutputParams, type InputOutput } from './column-transformer.js';
import { learnableMatrix, matrixIn, requireWidth } from './vectors.js';

export interface StandardScalerParams extends InputOutput {
  withMean: boolean;
  withStd: boolean;
}

const params = {
  ...inputOutputParams,
  withMean: { doc: 'subtract the mean', check: checks.boolean, default: false },
  withStd: { doc: 'divide by the deviation', check: checks.boolean, default: true },
} as const;
const spec: StageSpec<StandardScalerParams> = { type: 'StandardScaler', params };
const modelSpec: StageSpec<StandardScalerParams> = { type: 'StandardScalerModel', params };

/** Learns mean and unbiased deviation of each column of a vector column, as Spark ML's `StandardScaler`. Throws HW_NO_ROWS, HW_FEATURES_FINITE. */
export class StandardScaler extends Estimator<StandardScalerParams, StandardScalerModel> {
  constructor(options: Partial<StandardScalerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<StandardScalerModel> {
    this.validate();
    const { data, rows, width } = learnableMatrix(await dataset.select(this.params.inputCol).collect(), this.params.inputCol);
    const moments = columnMoments(data, width, new Float64Array(rows).fill(1));
    return new StandardScalerModel(this.params, moments, this.uid);
  }
}

/** Standardises vectors; a constant column becomes 0 when it is divided, as in Spark ML. */
export class StandardScalerModel extends ColumnModel<StandardScalerParams> {
  constructor(
    options: Partial<StandardScalerParams>,
    readonly moments: ColumnMoments,
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, options, uid);
  }

  override compute(batch: Batch): Columns {
    const { inputCol, outputCol, withMean, withStd } = this.params;
    const { mean, deviation } = this.moments;
    const matrix = matrixIn(batch, inputCol);
    requireWidth(matrix, mean.length, this.spec.type);
    const { data, width } = matrix;
    const scale = deviation.map((value) => (withStd ? (value > 0 ? 1 / value : 0) : 1));
    const scaled = data.slice();
    for (let at = 0; at < scaled.length; at++) {
      const j = at % width;
      scaled[at] = (scaled[at]! - (withMean ? mean[j]! : 0)) * scale[j]!;
    }
    return { [outputCol]: new VectorColumn(scaled, width) };
  }

  override snapshot(): Snapshot {
    const tensor = (data: Float64Array) => ({ data, shape: [data.length] });
    return {
      ...super.snapshot(),
      values: { parent: this.parent },
      tensors: { mean: tensor(this.moments.mean), deviation: tensor(this.moments.deviation) },
    };
  }
}

registerStage(spec.type, ({ options, uid }) => new StandardScaler(options, uid));
registerStage(modelSpec.type, (snapshot) => {
  const moments = { mean: learnedFloats(snapshot, 'mean'), deviation: learnedFloats(snapshot, 'deviation') };
  return new StandardScalerModel(snapshot.options, moments, snapshot.values!['parent'] as string, snapshot.uid);
});
