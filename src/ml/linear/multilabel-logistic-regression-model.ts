import type { Batch, Columns } from '../dataset/batch.js';
import { VectorColumn } from '../dataset/column.js';
import { matrixIn } from '../feature/vectors.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../stage.js';
import { Model } from '../transformer.js';
import type { Label } from './class-labels.js';
import type { LearnedClassifier } from './logistic-regression-model.js';
import { marginsOf } from './margins.js';

export interface MultilabelColumns {
  featuresCol: string;
  predictionCol: string;
  probabilityCol: string;
}

const spec: StageSpec<MultilabelColumns> = {
  type: 'MultilabelLogisticRegressionModel',
  params: { featuresCol: sharedParams.featuresCol, predictionCol: sharedParams.predictionCol, probabilityCol: sharedParams.probabilityCol },
};

/** Adds the probability of each label, and the list of labels above one half. */
export class MultilabelLogisticRegressionModel extends Model<MultilabelColumns> {
  constructor(
    options: Partial<MultilabelColumns>,
    readonly learned: LearnedClassifier,
    readonly parent: string,
    uid?: string,
  ) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.featuresCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.probabilityCol, this.params.predictionCol];
  }

  override compute(batch: Batch): Columns {
    const { coefficients, intercepts, labels } = this.learned;
    const margins = marginsOf(matrixIn(batch, this.params.featuresCol), coefficients, intercepts, this.spec.type);
    const probability = margins.map((margin) => 1 / (1 + Math.exp(-margin)));
    const predictions = Array.from({ length: batch.length }, (_, row) =>
      labels.filter((_label, k) => margins[row * labels.length + k]! > 0),
    );
    return { [this.params.probabilityCol]: new VectorColumn(probability, labels.length, labels), [this.params.predictionCol]: predictions };
  }

  override snapshot(): Snapshot {
    const { coefficients, intercepts, labels, width } = this.learned;
    return {
      ...super.snapshot(),
      values: { parent: this.parent, labels, width },
      tensors: {
        coefficients: { data: coefficients, shape: [labels.length, width] },
        intercepts: { data: intercepts, shape: [labels.length] },
      },
    };
  }
}

registerStage(spec.type, (snapshot) => {
  const { options, uid, values } = snapshot;
  const { parent, labels, width } = values as { parent: string; labels: Label[]; width: number };
  const learned = {
    coefficients: learnedFloats(snapshot, 'coefficients'),
    intercepts: learnedFloats(snapshot, 'intercepts'),
    labels,
    width,
  };
  return new MultilabelLogisticRegressionModel(options, learned, parent, uid);
});
