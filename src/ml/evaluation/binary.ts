import { error } from '../../errors.js';
import { columnIn } from '../dataset/batch.js';
import { valueAt, VectorColumn } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { matrixIn } from '../feature/vectors.js';
import { oneOf } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Evaluator } from './evaluator.js';
import { weightedRows } from './weighted-rows.js';

export interface BinaryClassificationEvaluatorParams {
  metricName: 'areaUnderROC' | 'areaUnderPR';
  labelCol: string;
  rawPredictionCol: string;
  weightCol?: string;
}

const spec: StageSpec<BinaryClassificationEvaluatorParams> = {
  type: 'BinaryClassificationEvaluator',
  params: {
    metricName: { doc: 'what is measured', check: oneOf('areaUnderROC', 'areaUnderPR'), default: 'areaUnderROC' },
    labelCol: sharedParams.labelCol,
    rawPredictionCol: sharedParams.rawPredictionCol,
    weightCol: sharedParams.weightCol,
  },
};

/**
 * Area under the ROC or the precision-recall curve, equal to Spark ML's without bins. The score is the last place of the raw prediction,
 * or the number itself; the positive label is that place's name, else 1 or true. NaN where the rows have one label only, as scikit-learn says.
 * Throws HW_LABEL_BINARY, HW_NUMBER_EXPECTED for a score that is none.
 */
export class BinaryClassificationEvaluator extends Evaluator<BinaryClassificationEvaluatorParams> {
  constructor(options: Partial<BinaryClassificationEvaluatorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async evaluate(dataset: Dataset): Promise<number> {
    this.validate();
    const { metricName, labelCol, rawPredictionCol, weightCol } = this.params;
    const { batch, weights } = await weightedRows(dataset, [labelCol, rawPredictionCol], weightCol);
    const { data, width } = matrixIn(batch, rawPredictionCol);
    const raw = columnIn(batch, rawPredictionCol);
    if (width > 2)
      throw error('HW_VECTOR_EXPECTED', { column: rawPredictionCol, row: 0, expected: 'a number or 2 margins', got: `${width} margins` });
    const names = (raw instanceof VectorColumn ? raw.names : undefined) ?? [0, 1];
    const column = columnIn(batch, labelCol);
    const rows = Array.from(weights, (weight, row) => ({
      score: scoreOf(data[(row + 1) * width - 1]!, rawPredictionCol, row),
      hit: isPositive(valueAt(column, row), names, labelCol, row),
      weight,
    }));
    const curve = cumulate(rows);
    return metricName === 'areaUnderROC' ? areaUnderRoc(curve) : areaUnderPr(curve);
  }
}

interface Threshold {
  /** Weight of the positive and negative rows at or above the threshold. */
  readonly hits: number;
  readonly misses: number;
}

function isPositive(label: unknown, names: readonly (string | number)[], column: string, row: number): boolean {
  if (typeof label === 'boolean') return label;
  if (names.includes(label as string)) return label === names.at(-1);
  const got = typeof label === 'string' || typeof label === 'number' ? JSON.stringify(label) : label === null ? 'null' : typeof label;
  throw error('HW_LABEL_BINARY', { column, row, expected: `${names.join(' or ')} or a boolean`, got });
}

function scoreOf(score: number, column: string, row: number): number {
  if (Number.isNaN(score)) throw error('HW_NUMBER_EXPECTED', { column, row, got: 'NaN' });
  return score;
}

function cumulate(rows: { score: number; hit: boolean; weight: number }[]): Threshold[] {
  const curve: Threshold[] = [];
  let [hits, misses] = [0, 0];
  [...rows]
    .sort((a, b) => b.score - a.score)
    .forEach(({ score, hit, weight }, at, all) => {
      if (hit) hits += weight;
      else misses += weight;
      if (all[at + 1]?.score !== score) curve.push({ hits, misses });
    });
  return curve;
}

function areaUnderRoc(curve: readonly Threshold[]): number {
  const last = curve.at(-1)!;
  const point = ({ hits, misses }: Threshold) => [misses / last.misses, hits / last.hits] as const;
  return area([[0, 0], ...curve.map(point), [1, 1]]);
}

function areaUnderPr(curve: readonly Threshold[]): number {
  const { hits: all } = curve.at(-1)!;
  const points = curve.map(({ hits, misses }) => [hits / all, hits / (hits + misses)] as const);
  return area([[0, points[0]![1]], ...points]);
}

/** Trapezoids. */
function area(points: readonly (readonly [x: number, y: number])[]): number {
  return points.reduce((sum, [x, y], at) => (at === 0 ? 0 : sum + ((x - points[at - 1]![0]) * (y + points[at - 1]![1])) / 2), 0);
}

registerStage(spec.type, ({ options, uid }) => new BinaryClassificationEvaluator(options, uid));
