import type { Dataset } from '../dataset/dataset.js';
import { numbersIn } from '../feature/vectors.js';
import { checks, oneOf } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Evaluator } from './evaluator.js';
import { weightedRows } from './weighted-rows.js';

export interface RegressionEvaluatorParams {
  metricName: 'rmse' | 'mse' | 'r2' | 'mae' | 'var';
  labelCol: string;
  predictionCol: string;
  weightCol?: string;
  throughOrigin: boolean;
}

const spec: StageSpec<RegressionEvaluatorParams> = {
  type: 'RegressionEvaluator',
  params: {
    metricName: {
      doc: 'what is measured; var is the explained variance',
      check: oneOf('rmse', 'mse', 'r2', 'mae', 'var'),
      default: 'rmse',
    },
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    weightCol: sharedParams.weightCol,
    throughOrigin: { doc: 'r2 against a model that says 0, not the mean', check: checks.boolean, default: false },
  },
};

/** Metrics of regression, equal to Spark ML's; weighted r2 is scikit-learn's (Spark takes the label's variance with other weights). */
export class RegressionEvaluator extends Evaluator<RegressionEvaluatorParams> {
  constructor(options: Partial<RegressionEvaluatorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override isLargerBetter(): boolean {
    return ['r2', 'var'].includes(this.params.metricName);
  }

  async evaluate(dataset: Dataset): Promise<number> {
    this.validate();
    const { metricName, labelCol, predictionCol, weightCol, throughOrigin } = this.params;
    const { batch, weights } = await weightedRows(dataset, [labelCol, predictionCol], weightCol);
    const labels = numbersIn(batch, labelCol);
    const predictions = numbersIn(batch, predictionCol);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = (of: (row: number) => number) => weights.reduce((sum, weight, row) => sum + (weight / total) * of(row), 0);
    const level = mean((row) => labels[row]!);
    const mse = mean((row) => (labels[row]! - predictions[row]!) ** 2);
    switch (metricName) {
      case 'rmse':
        return Math.sqrt(mse);
      case 'mse':
        return mse;
      case 'mae':
        return mean((row) => Math.abs(labels[row]! - predictions[row]!));
      case 'r2':
        return 1 - mse / mean((row) => (labels[row]! - (throughOrigin ? 0 : level)) ** 2);
      case 'var':
        return mean((row) => (predictions[row]! - level) ** 2);
    }
  }
}

registerStage(spec.type, ({ options, uid }) => new RegressionEvaluator(options, uid));
