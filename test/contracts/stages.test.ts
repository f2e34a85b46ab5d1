import { describe, it } from 'vitest';
import {
  CrossValidator,
  Dataset,
  HashingTF,
  HalvingGridSearch,
  IDF,
  IndexToString,
  LinearRegression,
  LocalOutlierFactor,
  LogisticRegression,
  MulticlassClassificationEvaluator,
  MultilabelLogisticRegression,
  NearestNeighbors,
  Normalizer,
  OneVsRest,
  ParamGridBuilder,
  PCA,
  Pipeline,
  RidgeRegression,
  StandardScaler,
  StringIndexer,
  Tokenizer,
  TrainValidationSplit,
  VectorAssembler,
  VectorColumn,
} from '../../src/index.js';
import { checkEstimator, checkTransformer } from '../../src/testing/index.js';
import { logisticTable } from '../ml/logistic-table.js';

const hooks = { describe, it };
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
});
const io = { inputCol: 'features', outputCol: 'out' };
const head = new LogisticRegression({ regParam: 0.1 });
const evaluator = new MulticlassClassificationEvaluator();
const parts = { estimator: head, estimatorParamMaps: new ParamGridBuilder().addGrid(head, 'regParam', [0.01, 1]).build(), evaluator };

for (const make of [
  () => new LogisticRegression({ regParam: 0.1 }),
  () => new LogisticRegression({ regParam: 0.1, elasticNetParam: 0.5 }),
  () => new LinearRegression({ labelCol: 'target', regParam: 0.1, elasticNetParam: 0.5 }),
  () => new RidgeRegression({ labelCol: 'target' }),
  () => new MultilabelLogisticRegression({ labelCol: 'kinds', regParam: 0.1 }),
  () => new OneVsRest({ classifier: new LogisticRegression({ regParam: 0.1 }) }),
  () => new StandardScaler(io),
  () => new PCA({ ...io, k: 2 }),
  () => new NearestNeighbors({ ...io, k: 2, idCol: 'text' }),
  () => new LocalOutlierFactor({ ...io, k: 4, metric: 'euclidean' }),
  () => new StringIndexer({ inputCol: 'label', outputCol: 'out' }),
  () =>
    new Pipeline([
      new StandardScaler({ inputCol: 'features', outputCol: 'scaled' }),
      new LogisticRegression({ featuresCol: 'scaled', regParam: 0.1 }),
    ]),
  () => new CrossValidator(parts),
  () => new CrossValidator({ ...parts, racing: true }),
  () => new TrainValidationSplit(parts),
  () => new HalvingGridSearch({ ...parts, stratifyCol: 'label' }),
]) {
  checkEstimator(hooks, make, data);
}

const hashed = new HashingTF({ inputCol: 'words', outputCol: 'counts', numFeatures: 16 }).transform(data);
checkEstimator(hooks, () => new IDF({ inputCol: 'counts', outputCol: 'out' }), hashed);

for (const make of [
  () => new Normalizer(io),
  () => new VectorAssembler({ inputCols: ['features', 'place'], outputCol: 'out' }),
  () => new IndexToString({ inputCol: 'place', outputCol: 'out', labels: ['a', 'b', 'c'] }),
  () => new Tokenizer({ inputCol: 'text', outputCol: 'out' }),
  () => new HashingTF({ inputCol: 'words', outputCol: 'out', numFeatures: 16 }),
]) {
  describe(make().spec.type, () => checkTransformer(hooks, make, data));
}
