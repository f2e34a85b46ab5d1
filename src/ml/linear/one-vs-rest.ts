import { error } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { valuesOf } from '../dataset/column.js';
import { Estimator, isEstimator } from '../estimator.js';
import { checks, type ParamMap } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { Stage, StageSpec } from '../stage.js';
import type { Transformer } from '../transformer.js';
import { distinctLabels } from './class-labels.js';
import { OneVsRestModel } from './one-vs-rest-model.js';

export interface OneVsRestParams {
  featuresCol?: string;
  labelCol: string;
  predictionCol: string;
  rawPredictionCol: string;
}

const spec: StageSpec<OneVsRestParams> = {
  type: 'OneVsRest',
  params: {
    featuresCol: { doc: "column of feature vectors; the classifier's own when unset", check: checks.string, optional: true },
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    rawPredictionCol: sharedParams.rawPredictionCol,
  },
};

/**
 * One binary classifier a class, that class against all others, as Spark ML's `OneVsRest`, which hands its own columns on to the classifier.
 * Throws HW_PARAM_MISSING without a classifier, HW_PARAM_INVALID for one without raw predictions.
 */
export class OneVsRest extends Estimator<OneVsRestParams, OneVsRestModel> {
  readonly classifier: Estimator;

  constructor({ classifier, ...options }: { readonly classifier: Estimator } & Partial<OneVsRestParams>, uid?: string) {
    super(spec, options, uid);
    this.classifier = classifier;
  }

  override children(): readonly Stage[] {
    return [this.classifier];
  }

  protected override copiedChildren(extra: ParamMap): object {
    return { classifier: this.classifier.copy(extra) };
  }

  override validate(): void {
    if (!isEstimator(this.classifier))
      throw error('HW_PARAM_MISSING', { stage: 'OneVsRest', param: 'classifier', expected: 'an estimator of two classes' });
    super.validate();
    if (this.classifier.hasParam('rawPredictionCol')) return;
    const expected = 'a classifier with rawPredictionCol, such as LogisticRegression';
    throw error('HW_PARAM_INVALID', { stage: 'OneVsRest', param: 'classifier', expected, got: this.classifier.spec.type });
  }

  private handedOn(): ParamMap {
    const { uid } = this.classifier;
    return Object.entries(this.params)
      .filter(([name]) => this.classifier.hasParam(name))
      .map(([name, value]) => ({ stage: uid, name, value }));
  }

  async fit(dataset: Dataset): Promise<OneVsRestModel> {
    this.validate();
    const { labelCol } = this.params;
    const classifier = this.classifier.copy(this.handedOn());
    const data = dataset.cache();
    const labels = distinctLabels(valuesOf(await data.column(labelCol)), labelCol);
    const models: Transformer[] = [];
    for (const label of labels) models.push(await classifier.fit(data.withColumn(labelCol, (row) => Number(row[labelCol] === label))));
    return new OneVsRestModel(this.params, models, labels, this.uid);
  }
}

registerStage(spec.type, ({ options, uid, stages = [] }) => {
  const [classifier] = stages.filter(isEstimator);
  return new OneVsRest({ classifier: classifier!, ...options }, uid);
});
