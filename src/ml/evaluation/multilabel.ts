import type { Dataset } from '../dataset/dataset.js';
import { oneOf, type Check } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Evaluator } from './evaluator.js';
import { labelLists } from './label-lists.js';
import { weightedRows } from './weighted-rows.js';

type Label = string | number;

interface Row {
  readonly labels: ReadonlySet<Label>;
  readonly predicted: ReadonlySet<Label>;
  /** In both. */
  readonly shared: number;
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
const meanOf = (rows: readonly Row[], of: (row: Row) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
const sumOf = (rows: readonly Row[], of: (row: Row) => number) => rows.reduce((sum, row) => sum + of(row), 0);
const countWhere = (rows: readonly Row[], holds: (row: Row) => boolean) => rows.filter(holds).length;

const measures = {
  subsetAccuracy: (rows: readonly Row[]) =>
    meanOf(rows, ({ labels, predicted, shared }) => Number(shared === labels.size && shared === predicted.size)),
  accuracy: (rows: readonly Row[]) => meanOf(rows, ({ labels, predicted, shared }) => ratio(shared, labels.size + predicted.size - shared)),
  hammingLoss: (rows: readonly Row[]) => {
    const all = new Set(rows.flatMap(({ labels }) => [...labels]));
    return sumOf(rows, ({ labels, predicted, shared }) => labels.size + predicted.size - 2 * shared) / (rows.length * all.size);
  },
  precision: (rows: readonly Row[]) => meanOf(rows, ({ predicted, shared }) => ratio(shared, predicted.size)),
  recall: (rows: readonly Row[]) => meanOf(rows, ({ labels, shared }) => ratio(shared, labels.size)),
  f1Measure: (rows: readonly Row[]) => meanOf(rows, ({ labels, predicted, shared }) => ratio(2 * shared, labels.size + predicted.size)),
  precisionByLabel: (rows: readonly Row[], label: Label) =>
    ratio(
      bothHave(rows, label),
      countWhere(rows, ({ predicted }) => predicted.has(label)),
    ),
  recallByLabel: (rows: readonly Row[], label: Label) =>
    ratio(
      bothHave(rows, label),
      countWhere(rows, ({ labels }) => labels.has(label)),
    ),
  f1MeasureByLabel: (rows: readonly Row[], label: Label) =>
    ratio(
      2 * bothHave(rows, label),
      countWhere(rows, ({ predicted }) => predicted.has(label)) + countWhere(rows, ({ labels }) => labels.has(label)),
    ),
  microPrecision: (rows: readonly Row[]) =>
    ratio(
      sumOf(rows, ({ shared }) => shared),
      sumOf(rows, ({ predicted }) => predicted.size),
    ),
  microRecall: (rows: readonly Row[]) =>
    ratio(
      sumOf(rows, ({ shared }) => shared),
      sumOf(rows, ({ labels }) => labels.size),
    ),
  microF1Measure: (rows: readonly Row[]) =>
    ratio(
      2 * sumOf(rows, ({ shared }) => shared),
      sumOf(rows, ({ labels, predicted }) => labels.size + predicted.size),
    ),
} as const;

export interface MultilabelClassificationEvaluatorParams {
  metricName: keyof typeof measures;
  labelCol: string;
  predictionCol: string;
  metricLabel: Label;
}

const label: Check = { expected: 'a string or number', holds: (value) => typeof value === 'string' || typeof value === 'number' };
const spec: StageSpec<MultilabelClassificationEvaluatorParams> = {
  type: 'MultilabelClassificationEvaluator',
  params: {
    metricName: { doc: 'what is measured', check: oneOf(...Object.keys(measures)), default: 'f1Measure' },
    labelCol: sharedParams.labelCol,
    predictionCol: sharedParams.predictionCol,
    metricLabel: { doc: 'the label that metrics by label are about', check: label, default: 0 },
  },
};

/** Metrics of rows with lists of labels, equal to Spark ML's. */
export class MultilabelClassificationEvaluator extends Evaluator<MultilabelClassificationEvaluatorParams> {
  constructor(options: Partial<MultilabelClassificationEvaluatorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override isLargerBetter(): boolean {
    return this.params.metricName !== 'hammingLoss';
  }

  async evaluate(dataset: Dataset): Promise<number> {
    this.validate();
    const { metricName, labelCol, predictionCol, metricLabel } = this.params;
    const { batch } = await weightedRows(dataset, [labelCol, predictionCol]);
    const predictions = labelLists(batch, predictionCol);
    const rows = labelLists(batch, labelCol).map((list, row) => {
      const [labels, predicted] = [new Set(list), new Set(predictions[row])];
      return { labels, predicted, shared: [...labels].filter((each) => predicted.has(each)).length };
    });
    return measures[metricName](rows, metricLabel);
  }
}

function bothHave(rows: readonly Row[], wanted: Label): number {
  return countWhere(rows, ({ labels, predicted }) => labels.has(wanted) && predicted.has(wanted));
}

registerStage(spec.type, ({ options, uid }) => new MultilabelClassificationEvaluator(options, uid));
