import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { atLeast, between, checks, integerFrom, type Check, type Declarations } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { classIndices, distinctLabels, withClassWeight, type ClassWeight } from './class-labels.js';
import { fitOffLoop } from './fit-off-loop.js';
import { LogisticRegressionModel } from './logistic-regression-model.js';
import { weightyRows } from './training-rows.js';

export interface LogisticRegressionParams {
  featuresCol: string;
  labelCol: string;
  predictionCol: string;
  probabilityCol: string;
  rawPredictionCol: string;
  weightCol?: string;
  classWeight?: ClassWeight;
  regParam: number;
  elasticNetParam: number;
  standardization: boolean;
  fitIntercept: boolean;
  maxIter: number;
  tol: number;
}

const classWeight: Check = {
  expected: '"balanced" or weights by label',
  holds: (value) =>
    value === 'balanced' ||
    (typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'number' && each >= 0)),
};

export const elasticNetParams: Declarations<
  Pick<LogisticRegressionParams, 'regParam' | 'elasticNetParam' | 'standardization' | 'fitIntercept' | 'maxIter' | 'tol'>
> = {
  regParam: { doc: 'strength of the penalty', check: atLeast(0), default: 0 },
  elasticNetParam: { doc: 'share of the L1 penalty', check: between(0, 1), default: 0 },
  standardization: { doc: 'penalise coefficients of standardised features', check: checks.boolean, default: true },
  fitIntercept: { doc: 'have an intercept, without a penalty', check: checks.boolean, default: true },
  maxIter: { doc: 'Newton steps at most', check: integerFrom(0), default: 100 },
  tol: {
    doc: "stops at this norm of the gradient (not Spark's relative change: the optimum is reached)",
    check: atLeast(0),
    default: 1e-9,
  },
};

const spec: StageSpec<LogisticRegressionParams> = {
  type: 'LogisticRegression',
  params: {
    featuresCol: sharedParams.featuresCol,
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    probabilityCol: sharedParams.probabilityCol,
    rawPredictionCol: sharedParams.rawPredictionCol,
    weightCol: sharedParams.weightCol,
    classWeight: { doc: 'weights by label, or "balanced"', check: classWeight, optional: true },
    ...elasticNetParams,
  },
};

/**
 * Multinomial logistic regression (binomial for two classes) with an elastic net penalty: Spark ML's objective, solved to its optimum.
 * Labels are strings or numbers; the classes are the distinct ones. Equal data give equal bytes. A large fit runs in a thread of its own.
 */
export class LogisticRegression extends Estimator<LogisticRegressionParams, LogisticRegressionModel> {
  constructor(options: Partial<LogisticRegressionParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<LogisticRegressionModel> {
    this.validate();
    const { x, width, labels, weights } = await weightyRows(dataset, this.params);
    const classes = distinctLabels(labels, this.params.labelCol);
    const y = classIndices(labels, classes);
    const { coefficients, intercepts } = await fitOffLoop({
      ...this.params,
      x,
      width,
      y,
      classes: classes.length,
      weights: withClassWeight(weights, y, classes, this.params.classWeight),
      tolerance: this.params.tol,
      maxIterations: this.params.maxIter,
    });
    const { featuresCol, predictionCol, probabilityCol, rawPredictionCol } = this.params;
    return new LogisticRegressionModel(
      { featuresCol, predictionCol, probabilityCol, rawPredictionCol },
      { coefficients, intercepts, labels: classes, width },
      this.uid,
    );
  }
}

registerStage(spec.type, ({ options, uid }) => new LogisticRegression(options, uid));
