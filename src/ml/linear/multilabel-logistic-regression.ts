import { error } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { distinctLabels, labelList } from './class-labels.js';
import { elasticNetParams } from './logistic-regression.js';
import { fitOffLoop } from './fit-off-loop.js';
import { MultilabelLogisticRegressionModel } from './multilabel-logistic-regression-model.js';
import { weightyRows } from './training-rows.js';

export interface MultilabelLogisticRegressionParams {
  featuresCol: string;
  labelCol: string;
  predictionCol: string;
  probabilityCol: string;
  weightCol?: string;
  regParam: number;
  elasticNetParam: number;
  standardization: boolean;
  fitIntercept: boolean;
  maxIter: number;
  tol: number;
}

const spec: StageSpec<MultilabelLogisticRegressionParams> = {
  type: 'MultilabelLogisticRegression',
  params: {
    featuresCol: sharedParams.featuresCol,
    labelCol: { ...sharedParams.labelCol, doc: 'column with the list of labels of each row' },
    predictionCol: sharedParams.predictionCol,
    probabilityCol: sharedParams.probabilityCol,
    weightCol: sharedParams.weightCol,
    ...elasticNetParams,
  },
};

/** One binomial logistic regression a label, for rows that have any number of labels: scikit-learn's `OneVsRestClassifier` on indicator targets. Throws HW_LABEL_LIST. */
export class MultilabelLogisticRegression extends Estimator<MultilabelLogisticRegressionParams, MultilabelLogisticRegressionModel> {
  constructor(options: Partial<MultilabelLogisticRegressionParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<MultilabelLogisticRegressionModel> {
    this.validate();
    const { featuresCol, labelCol, predictionCol, probabilityCol, tol, maxIter } = this.params;
    const { labels: lists, ...rows } = await weightyRows(dataset, this.params);
    const sets = lists.map((list, row) => new Set(labelList(list, labelCol, row)));
    const labels = distinctLabels(
      sets.flatMap((set) => [...set]),
      labelCol,
    );
    if (labels.length === 0) throw error('HW_NO_ROWS', { column: `${labelCol} with a label` });
    const coefficients = new Float64Array(labels.length * rows.width);
    const intercepts = new Float64Array(labels.length);
    for (const [k, label] of labels.entries()) {
      const y = Int32Array.from(sets, (set) => Number(set.has(label)));
      const fit = await fitOffLoop({ ...this.params, ...rows, y, classes: 2, tolerance: tol, maxIterations: maxIter });
      coefficients.set(fit.coefficients, k * rows.width);
      intercepts[k] = fit.intercepts[0]!;
    }
    const learned = { coefficients, intercepts, labels, width: rows.width };
    return new MultilabelLogisticRegressionModel({ featuresCol, predictionCol, probabilityCol }, learned, this.uid);
  }
}

registerStage(spec.type, ({ options, uid }) => new MultilabelLogisticRegression(options, uid));
