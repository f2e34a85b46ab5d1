import { readdirSync } from 'node:fs';
import {
  BinaryClassificationEvaluator,
  CrossValidator,
  Dataset,
  HalvingGridSearch,
  HashingTF,
  IDF,
  IDFModel,
  IndexToString,
  LinearRegression,
  LinearRegressionModel,
  LocalOutlierFactor,
  LocalOutlierFactorModel,
  LogisticRegression,
  LogisticRegressionModel,
  MulticlassClassificationEvaluator,
  MultilabelClassificationEvaluator,
  MultilabelLogisticRegression,
  MultilabelLogisticRegressionModel,
  NearestNeighbors,
  NearestNeighborsModel,
  Normalizer,
  OneVsRest,
  OneVsRestModel,
  ParamGridBuilder,
  PCA,
  PCAModel,
  Pipeline,
  PipelineModel,
  RankingEvaluator,
  RegressionEvaluator,
  RidgeRegression,
  SelectedModel,
  StandardScaler,
  StandardScalerModel,
  StringIndexer,
  StringIndexerModel,
  Tokenizer,
  TrainValidationSplit,
  VectorAssembler,
  VectorColumn,
  type Estimator,
  type Evaluator,
  type Transformer,
} from '../../src/index.js';
import { logisticTable } from '../ml/logistic-table.js';

/** A stage and a data set that it can use; every stage that the package exports has one here or in deep-stage-cases.ts. */
export interface StageCase {
  readonly make: () => Estimator | Transformer | Evaluator;
  readonly data: Dataset;
  /** The class of what an estimator fits. */
  readonly fits?: new (...parameters: never[]) => Transformer;
}

const rows = 36;
const { x, y } = logisticTable(rows, 3, 3, 2);
const data = Dataset.fromColumns({
  features: new VectorColumn(x, 3),
  label: Array.from(y, (k) => ['red', 'amber', 'green'][k]!),
  target: Float64Array.from({ length: rows }, (_, row) => x[3 * row]! - x[3 * row + 1]!),
  kinds: Array.from(y, (k, row) => [...(k > 0 ? ['a'] : []), ...(row % 2 ? ['b'] : [])]),
  words: Array.from(y, (k, row) => ['one', 'two', 'three', `word${row % 5}`].slice(k)),
  text: Array.from(y, (k, row) => `Line ${row} of KIND ${k}`),
  place: Float64Array.from(y),
  guess: Float64Array.from(y, (k, row) => (row % 4 === 0 ? 2 - k : k)),
  isRed: Float64Array.from(y, (k) => Number(k === 0)),
  score: Float64Array.from({ length: rows }, (_, row) => x[3 * row]!),
});
const io = { inputCol: 'features', outputCol: 'out' };
const head = new LogisticRegression({ regParam: 0.1 });
const evaluator = new MulticlassClassificationEvaluator();
const parts = { estimator: head, estimatorParamMaps: new ParamGridBuilder().addGrid(head, 'regParam', [0.01, 1]).build(), evaluator };
const hashed = new HashingTF({ inputCol: 'words', outputCol: 'counts', numFeatures: 16 }).transform(data);

export const stageCases: readonly StageCase[] = [
  { make: () => new LogisticRegression({ regParam: 0.1 }), data, fits: LogisticRegressionModel },
  { make: () => new LogisticRegression({ regParam: 0.1, elasticNetParam: 0.5 }), data, fits: LogisticRegressionModel },
  { make: () => new LinearRegression({ labelCol: 'target', regParam: 0.1, elasticNetParam: 0.5 }), data, fits: LinearRegressionModel },
  { make: () => new RidgeRegression({ labelCol: 'target' }), data, fits: LinearRegressionModel },
  { make: () => new MultilabelLogisticRegression({ labelCol: 'kinds', regParam: 0.1 }), data, fits: MultilabelLogisticRegressionModel },
  { make: () => new OneVsRest({ classifier: new LogisticRegression({ regParam: 0.1 }) }), data, fits: OneVsRestModel },
  { make: () => new StandardScaler(io), data, fits: StandardScalerModel },
  { make: () => new PCA({ ...io, k: 2 }), data, fits: PCAModel },
  { make: () => new NearestNeighbors({ ...io, k: 2, idCol: 'text' }), data, fits: NearestNeighborsModel },
  { make: () => new LocalOutlierFactor({ ...io, k: 4, metric: 'euclidean' }), data, fits: LocalOutlierFactorModel },
  { make: () => new StringIndexer({ inputCol: 'label', outputCol: 'out' }), data, fits: StringIndexerModel },
  {
    make: () =>
      new Pipeline([
        new StandardScaler({ inputCol: 'features', outputCol: 'scaled' }),
        new LogisticRegression({ featuresCol: 'scaled', regParam: 0.1 }),
      ]),
    data,
    fits: PipelineModel,
  },
  { make: () => new CrossValidator(parts), data, fits: SelectedModel },
  { make: () => new CrossValidator({ ...parts, racing: true }), data, fits: SelectedModel },
  { make: () => new TrainValidationSplit(parts), data, fits: SelectedModel },
  { make: () => new HalvingGridSearch({ ...parts, stratifyCol: 'label' }), data, fits: SelectedModel },
  { make: () => new IDF({ inputCol: 'counts', outputCol: 'out' }), data: hashed, fits: IDFModel },
  { make: () => new Normalizer(io), data },
  { make: () => new VectorAssembler({ inputCols: ['features', 'place'], outputCol: 'out' }), data },
  { make: () => new IndexToString({ inputCol: 'place', outputCol: 'out', labels: ['a', 'b', 'c'] }), data },
  { make: () => new Tokenizer({ inputCol: 'text', outputCol: 'out' }), data },
  { make: () => new HashingTF({ inputCol: 'words', outputCol: 'out', numFeatures: 16 }), data },
  { make: () => new MulticlassClassificationEvaluator({ labelCol: 'place', predictionCol: 'guess' }), data },
  { make: () => new BinaryClassificationEvaluator({ labelCol: 'isRed', rawPredictionCol: 'score' }), data },
  { make: () => new RegressionEvaluator({ labelCol: 'target', predictionCol: 'score' }), data },
  { make: () => new MultilabelClassificationEvaluator({ labelCol: 'kinds', predictionCol: 'words' }), data },
  { make: () => new RankingEvaluator({ labelCol: 'kinds', predictionCol: 'words' }), data },
];

/** The first pictures of the sample camera, by their path. */
export function samplePaths(count: number): string[] {
  const folder = new URL('../../topologies/sample/junction/frames/', import.meta.url).pathname;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .slice(0, count)
    .map((name) => folder + name);
}
