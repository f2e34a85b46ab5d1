import type { Batch, Columns } from '../dataset/batch.js';
import { matrixIn } from '../feature/vectors.js';
import { sharedParams } from '../shared-params.js';
import type { LinearModelCoefficients } from '../solve/fit-linear.js';
import { registerStage } from '../stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../stage.js';
import { Model } from '../transformer.js';
import { marginsOf } from './margins.js';

export interface RegressionColumns {
  featuresCol: string;
  predictionCol: string;
}

const spec: StageSpec<RegressionColumns> = {
  type: 'LinearRegressionModel',
  params: { featuresCol: sharedParams.featuresCol, predictionCol: sharedParams.predictionCol },
};

/** A fitted linear model: adds its prediction. */
export class LinearRegressionModel extends Model<RegressionColumns> {
  constructor(
    options: Partial<RegressionColumns>,
    readonly learned: LinearModelCoefficients,
    readonly parent: string,
    uid?: string,
  ) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.featuresCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.predictionCol];
  }

  override compute(batch: Batch): Columns {
    const { coefficients, intercept } = this.learned;
    const margins = marginsOf(matrixIn(batch, this.params.featuresCol), coefficients, Float64Array.of(intercept), this.spec.type);
    return { [this.params.predictionCol]: margins };
  }

  override snapshot(): Snapshot {
    const { coefficients, intercept } = this.learned;
    return {
      ...super.snapshot(),
      values: { parent: this.parent, intercept },
      tensors: { coefficients: { data: coefficients, shape: [coefficients.length] } },
    };
  }
}

registerStage(spec.type, (snapshot) => {
  const { options, uid, values } = snapshot;
  const { parent, intercept } = values as { parent: string; intercept: number };
  return new LinearRegressionModel(options, { coefficients: learnedFloats(snapshot, 'coefficients'), intercept }, parent, uid);
});
