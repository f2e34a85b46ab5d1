import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { sharedParams } from '../shared-params.js';
import { scaledPenalties } from '../solve/elastic-net.js';
import { fitLinear } from '../solve/fit-linear.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { LinearRegressionModel } from './linear-regression-model.js';
import { elasticNetParams } from './logistic-regression.js';
import { numericLabels, weightyRows } from './training-rows.js';

export interface LinearRegressionParams {
  featuresCol: string;
  labelCol: string;
  predictionCol: string;
  weightCol?: string;
  regParam: number;
  elasticNetParam: number;
  standardization: boolean;
  fitIntercept: boolean;
  maxIter: number;
  tol: number;
}

const spec: StageSpec<LinearRegressionParams> = {
  type: 'LinearRegression',
  params: {
    featuresCol: sharedParams.featuresCol,
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    weightCol: sharedParams.weightCol,
    ...elasticNetParams,
  },
};

/** Least squares with an elastic net penalty: Spark ML's objective, which divides the L2 penalty by the label's (population) deviation, solved to its optimum. */
export class LinearRegression extends Estimator<LinearRegressionParams, LinearRegressionModel> {
  constructor(options: Partial<LinearRegressionParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<LinearRegressionModel> {
    this.validate();
    const { labels, ...rows } = await weightyRows(dataset, this.params);
    const { featuresCol, labelCol, predictionCol, fitIntercept, maxIter, tol } = this.params;
    const learned = fitLinear({
      ...rows,
      y: numericLabels(labels, labelCol),
      fitIntercept,
      penalties: (deviation, labelDeviation) => {
        const { l1, l2 } = scaledPenalties(this.params, deviation);
        return { l1, l2: l2.map((value) => value / labelDeviation) };
      },
      tolerance: tol,
      maxIterations: maxIter,
    });
    return new LinearRegressionModel({ featuresCol, predictionCol }, learned, this.uid);
  }
}

registerStage(spec.type, ({ options, uid }) => new LinearRegression(options, uid));
