import type { Dataset } from '../dataset/dataset.js';
import { valuesOf } from '../dataset/column.js';
import { Estimator, isEstimator } from '../estimator.js';
import type { ParamMap } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { Stage, StageSpec } from '../stage.js';
import type { Transformer } from '../transformer.js';
import { distinctLabels } from './class-labels.js';
import { OneVsRestModel } from './one-vs-rest-model.js';

export interface OneVsRestParams {
  labelCol: string;
  predictionCol: string;
  rawPredictionCol: string;
}

const spec: StageSpec<OneVsRestParams> = {
  type: 'OneVsRest',
  params: { labelCol: sharedParams.labelCol, predictionCol: sharedParams.predictionCol, rawPredictionCol: sharedParams.rawPredictionCol },
};

/** One binary classifier a class, that class against all others, as Spark ML's `OneVsRest`. The classifier reads `labelCol` and adds `rawPredictionCol`. */
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

  async fit(dataset: Dataset): Promise<OneVsRestModel> {
    this.validate();
    const { labelCol } = this.params;
    const data = dataset.cache();
    const labels = distinctLabels(valuesOf(await data.column(labelCol)), labelCol);
    const models: Transformer[] = [];
    for (const label of labels) models.push(await this.classifier.fit(data.withColumn(labelCol, (row) => Number(row[labelCol] === label))));
    return new OneVsRestModel(this.params, models, labels, this.uid);
  }
}

registerStage(spec.type, ({ options, uid, stages = [] }) => {
  const [classifier] = stages.filter(isEstimator);
  return new OneVsRest({ classifier: classifier!, ...options }, uid);
});
