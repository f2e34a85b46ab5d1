import type { Batch, Columns } from '../dataset/batch.js';
import { matrixIn } from '../feature/vectors.js';
import { Head } from '../head/head.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../stage.js';
import { Model } from '../transformer.js';
import { answerColumns, type AnswerColumns } from './answer-columns.js';
import type { Label } from './class-labels.js';
import { marginsOf } from './margins.js';

export interface ClassificationColumns extends AnswerColumns {
  featuresCol: string;
}

/** vectors x width coefficients for features as they are; one vector for two labels, else one a label. */
export interface LearnedClassifier {
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
  readonly labels: readonly Label[];
  readonly width: number;
}

const spec: StageSpec<ClassificationColumns> = {
  type: 'LogisticRegressionModel',
  params: {
    featuresCol: sharedParams.featuresCol,
    predictionCol: sharedParams.predictionCol,
    probabilityCol: sharedParams.probabilityCol,
    rawPredictionCol: sharedParams.rawPredictionCol,
  },
};

/** A fitted logistic regression: adds margins, class probabilities and the likeliest label. */
export class LogisticRegressionModel extends Model<ClassificationColumns> {
  constructor(
    options: Partial<ClassificationColumns>,
    readonly learned: LearnedClassifier,
    readonly parent: string,
    uid?: string,
  ) {
    super(spec, options, uid);
  }

  /** The classes, in the order of the probabilities. */
  get labels(): readonly Label[] {
    return this.learned.labels;
  }

  override inputCols(): readonly string[] {
    return [this.params.featuresCol];
  }

  override outputCols(): readonly string[] {
    const { rawPredictionCol, probabilityCol, predictionCol } = this.params;
    return [rawPredictionCol, probabilityCol, predictionCol];
  }

  override compute(batch: Batch): Columns {
    const { coefficients, intercepts, labels } = this.learned;
    const margins = marginsOf(matrixIn(batch, this.params.featuresCol), coefficients, intercepts, this.spec.type);
    return answerColumns(margins, batch.length, labels, this.params);
  }

  /** The same model as a head for streams. */
  head(name: string, lineage: Readonly<Record<string, string>> = {}): Head {
    const { labels, ...rest } = this.learned;
    return new Head({ ...rest, name, labels: labels.map(String), lineage });
  }

  override snapshot(): Snapshot {
    const { coefficients, intercepts, labels, width } = this.learned;
    return {
      ...super.snapshot(),
      values: { parent: this.parent, labels, width },
      tensors: {
        coefficients: { data: coefficients, shape: [intercepts.length, width] },
        intercepts: { data: intercepts, shape: [intercepts.length] },
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
  return new LogisticRegressionModel(options, learned, parent, uid);
});
