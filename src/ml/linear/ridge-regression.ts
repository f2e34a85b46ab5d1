import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { atLeast, checks } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { fitLinear } from '../solve/fit-linear.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { LinearRegressionModel } from './linear-regression-model.js';
import { numericLabels, weightyRows } from './training-rows.js';

export interface RidgeRegressionParams {
  featuresCol: string;
  labelCol: string;
  predictionCol: string;
  weightCol?: string;
  alpha: number;
  fitIntercept: boolean;
}

const spec: StageSpec<RidgeRegressionParams> = {
  type: 'RidgeRegression',
  params: {
    featuresCol: sharedParams.featuresCol,
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    weightCol: sharedParams.weightCol,
    alpha: { doc: 'penalty on the sum of squared coefficients, against the sum of squared errors', check: atLeast(0), default: 1 },
    fitIntercept: { doc: 'have an intercept, without a penalty', check: checks.boolean, default: true },
  },
};

/** Least squares with an L2 penalty in scikit-learn's units: `sum w_i (y_i - x_i b)^2 + alpha |b|^2`, features as they are. */
export class RidgeRegression extends Estimator<RidgeRegressionParams, LinearRegressionModel> {
  constructor(options: Partial<RidgeRegressionParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<LinearRegressionModel> {
    this.validate();
    const { labels, ...rows } = await weightyRows(dataset, this.params);
    const { featuresCol, labelCol, predictionCol, fitIntercept, alpha } = this.params;
    const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
    const learned = fitLinear({
      ...rows,
      y: numericLabels(labels, labelCol),
      fitIntercept,
      useConstants: true,
      penalties: (deviation) => ({
        l1: new Float64Array(deviation.length),
        l2: deviation.map((value) => (value > 0 ? alpha / total / value ** 2 : alpha)),
      }),
      tolerance: 1e-11,
      maxIterations: 100,
    });
    return new LinearRegressionModel({ featuresCol, predictionCol }, learned, this.uid);
  }
}

registerStage(spec.type, ({ options, uid }) => new RidgeRegression(options, uid));
