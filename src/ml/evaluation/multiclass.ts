import { error } from '../../errors.js';
import { columnIn, type Batch } from '../dataset/batch.js';
import { valuesOf, VectorColumn } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { matrixIn } from '../feature/vectors.js';
import { atLeast, above, describeValue, oneOf, type Check } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Confusion } from './confusion.js';
import { Evaluator } from './evaluator.js';
import { weightedRows } from './weighted-rows.js';

type Label = string | number;

const measures = {
  f1: (confusion: Confusion) => confusion.weighted((label) => confusion.fMeasure(label, 1)),
  accuracy: (confusion: Confusion) => confusion.accuracy(),
  weightedPrecision: (confusion: Confusion) => confusion.weighted((label) => confusion.precision(label)),
  weightedRecall: (confusion: Confusion) => confusion.weighted((label) => confusion.recall(label)),
  weightedTruePositiveRate: (confusion: Confusion) => confusion.weighted((label) => confusion.recall(label)),
  weightedFalsePositiveRate: (confusion: Confusion) => confusion.weighted((label) => confusion.falsePositiveRate(label)),
  weightedFMeasure: (confusion: Confusion, _: Label, beta: number) => confusion.weighted((label) => confusion.fMeasure(label, beta)),
  macroF1: (confusion: Confusion) =>
    confusion.labels.reduce<number>((sum, label) => sum + confusion.fMeasure(label, 1), 0) / confusion.labels.length,
  truePositiveRateByLabel: (confusion: Confusion, label: Label) => confusion.recall(label),
  falsePositiveRateByLabel: (confusion: Confusion, label: Label) => confusion.falsePositiveRate(label),
  precisionByLabel: (confusion: Confusion, label: Label) => confusion.precision(label),
  recallByLabel: (confusion: Confusion, label: Label) => confusion.recall(label),
  fMeasureByLabel: (confusion: Confusion, label: Label, beta: number) => confusion.fMeasure(label, beta),
  hammingLoss: (confusion: Confusion) => 1 - confusion.accuracy(),
} as const;

export type MulticlassMetric = keyof typeof measures | 'logLoss';
const smallerIsBetter: readonly MulticlassMetric[] = ['weightedFalsePositiveRate', 'falsePositiveRateByLabel', 'logLoss', 'hammingLoss'];

export interface MulticlassClassificationEvaluatorParams {
  metricName: MulticlassMetric;
  labelCol: string;
  predictionCol: string;
  probabilityCol: string;
  weightCol?: string;
  metricLabel: Label;
  beta: number;
  eps: number;
}

const label: Check = { expected: 'a string or number', holds: (value) => typeof value === 'string' || typeof value === 'number' };
const spec: StageSpec<MulticlassClassificationEvaluatorParams> = {
  type: 'MulticlassClassificationEvaluator',
  params: {
    metricName: { doc: 'what is measured', check: oneOf(...Object.keys(measures), 'logLoss'), default: 'f1' },
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    probabilityCol: sharedParams.probabilityCol,
    weightCol: sharedParams.weightCol,
    metricLabel: { doc: 'the label that metrics by label are about', check: label, default: 0 },
    beta: { doc: 'weight of recall against precision in F measures', check: above(0), default: 1 },
    eps: { doc: 'probabilities are kept this far from 0 and 1 in the log loss', check: atLeast(0), default: 1e-15 },
  },
};

/**
 * Metrics of single-label classification, equal to Spark ML's; labels are strings or numbers. Throws HW_LABEL_KINDS where labels are strings and
 * predictions numbers, or the other way round.
 */
export class MulticlassClassificationEvaluator extends Evaluator<MulticlassClassificationEvaluatorParams> {
  constructor(options: Partial<MulticlassClassificationEvaluatorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override isLargerBetter(): boolean {
    return !smallerIsBetter.includes(this.params.metricName);
  }

  async evaluate(dataset: Dataset): Promise<number> {
    this.validate();
    const { metricName, metricLabel, beta } = this.params;
    if (metricName === 'logLoss') return this.logLoss(dataset);
    const confusion = await this.confusion(dataset);
    if (metricName.endsWith('ByLabel') && typeof confusion.labels[0] !== typeof metricLabel) {
      const expected = `one of the labels, ${confusion.labels.slice(0, 5).join(', ')}`;
      throw error('HW_PARAM_INVALID', { stage: this.spec.type, param: 'metricLabel', expected, got: describeValue(metricLabel) });
    }
    return measures[metricName](confusion, metricLabel, beta);
  }

  /** Rows by label and prediction. */
  async confusion(dataset: Dataset): Promise<Confusion> {
    const { labelCol, predictionCol, weightCol } = this.params;
    const { batch, weights } = await weightedRows(dataset, [labelCol, predictionCol], weightCol);
    const [labels, predictions] = [labelsIn(batch, labelCol), labelsIn(batch, predictionCol)];
    const [labelKind, predictionKind] = [kindOf(labels), kindOf(predictions)];
    if (labelKind !== predictionKind && labelKind !== 'both' && predictionKind !== 'both')
      throw error('HW_LABEL_KINDS', { labels: labelCol, labelKind, predictions: predictionCol, predictionKind });
    return new Confusion(labels, predictions, weights);
  }

  private async logLoss(dataset: Dataset): Promise<number> {
    const { labelCol, probabilityCol, weightCol, eps } = this.params;
    const { batch, weights } = await weightedRows(dataset, [labelCol, probabilityCol], weightCol);
    const column = columnIn(batch, probabilityCol);
    const names = column instanceof VectorColumn ? column.names : undefined;
    const place = new Map<Label, number>(names?.map((name, k) => [name, k]));
    const { data, width } = matrixIn(batch, probabilityCol);
    let loss = 0;
    labelsIn(batch, labelCol).forEach((each, row) => {
      if (names === undefined && typeof each !== 'number') throw error('HW_NUMBER_EXPECTED', { column: labelCol, row, got: typeof each });
      const k = names === undefined ? (each as number) : place.get(each);
      const probability = k === undefined || k >= width ? 0 : (data[row * width + k] ?? 0);
      loss -= weights[row]! * Math.log(Math.min(1 - eps, Math.max(eps, probability)));
    });
    return loss / weights.reduce((sum, weight) => sum + weight, 0);
  }
}

function kindOf(labels: readonly Label[]): 'strings' | 'numbers' | 'both' {
  const strings = labels.filter((each) => typeof each === 'string').length;
  return strings === 0 ? 'numbers' : strings === labels.length ? 'strings' : 'both';
}

function labelsIn(batch: Batch, name: string): Label[] {
  return valuesOf(columnIn(batch, name)).map((value, row) => {
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw error('HW_LABEL_EXPECTED', { column: name, row, got: value === null ? 'null' : typeof value });
  });
}

registerStage(spec.type, ({ options, uid }) => new MulticlassClassificationEvaluator(options, uid));
