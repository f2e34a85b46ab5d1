import type { Dataset } from '../dataset/dataset.js';
import { integerFrom, oneOf } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Evaluator } from './evaluator.js';
import { labelLists } from './label-lists.js';
import { weightedRows } from './weighted-rows.js';

type Label = string | number;
type Measure = (ranked: readonly Label[], relevant: ReadonlySet<Label>, k: number) => number;

const hits: Measure = (ranked, relevant) => ranked.filter((label) => relevant.has(label)).length;

const measures = {
  meanAveragePrecision: (ranked, relevant) => precisionSum(ranked, relevant) / relevant.size,
  meanAveragePrecisionAtK: (ranked, relevant, k) => precisionSum(ranked.slice(0, k), relevant) / Math.min(k, relevant.size),
  precisionAtK: (ranked, relevant, k) => hits(ranked.slice(0, k), relevant, k) / k,
  recallAtK: (ranked, relevant, k) => hits(ranked.slice(0, k), relevant, k) / relevant.size,
  ndcgAtK: (ranked, relevant, k) => {
    const gain = (place: number) => 1 / Math.log(place + 2);
    const reached = ranked.slice(0, k).reduce<number>((sum, label, place) => sum + (relevant.has(label) ? gain(place) : 0), 0);
    const ideal = Array.from({ length: Math.min(k, relevant.size) }, (_, place) => gain(place)).reduce((sum, value) => sum + value, 0);
    return reached / ideal;
  },
} as const satisfies Record<string, Measure>;

export interface RankingEvaluatorParams {
  metricName: keyof typeof measures;
  labelCol: string;
  predictionCol: string;
  k: number;
}

const spec: StageSpec<RankingEvaluatorParams> = {
  type: 'RankingEvaluator',
  params: {
    metricName: { doc: 'what is measured', check: oneOf(...Object.keys(measures)), default: 'meanAveragePrecision' },
    labelCol: { ...sharedParams.labelCol, doc: 'column with the list of relevant items' },
    predictionCol: { ...sharedParams.predictionCol, doc: 'column with the list of items, best first' },
    k: { doc: 'how many of the first items count', check: integerFrom(1), default: 10 },
  },
};

/** Metrics of ranked lists, equal to Spark ML's; a row without relevant items counts 0. */
export class RankingEvaluator extends Evaluator<RankingEvaluatorParams> {
  constructor(options: Partial<RankingEvaluatorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async evaluate(dataset: Dataset): Promise<number> {
    this.validate();
    const { metricName, labelCol, predictionCol, k } = this.params;
    const { batch } = await weightedRows(dataset, [labelCol, predictionCol]);
    const relevant = labelLists(batch, labelCol).map((list) => new Set(list));
    const measure: Measure = measures[metricName];
    const sum = labelLists(batch, predictionCol).reduce(
      (total, ranked, row) => total + (relevant[row]!.size === 0 ? 0 : measure(ranked, relevant[row]!, k)),
      0,
    );
    return sum / batch.length;
  }
}

function precisionSum(ranked: readonly Label[], relevant: ReadonlySet<Label>): number {
  let found = 0;
  return ranked.reduce<number>((sum, label, place) => sum + (relevant.has(label) ? ++found / (place + 1) : 0), 0);
}

registerStage(spec.type, ({ options, uid }) => new RankingEvaluator(options, uid));
