import { expect, it } from 'vitest';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { LinearRegression } from '../../src/ml/linear/linear-regression.js';
import { LogisticRegression } from '../../src/ml/linear/logistic-regression.js';
import { LogisticRegressionModel } from '../../src/ml/linear/logistic-regression-model.js';
import { MultilabelLogisticRegression } from '../../src/ml/linear/multilabel-logistic-regression.js';
import { OneVsRest } from '../../src/ml/linear/one-vs-rest.js';
import { RidgeRegression } from '../../src/ml/linear/ridge-regression.js';
import { relativeDifference } from '../parity.js';
import { expectClose, golden, sparkTable } from './spark-golden.js';

it.each(golden.logistic)('fits the elastic net of Spark: $classes classes, elasticNetParam $elasticNetParam', async (spark) => {
  const { n, d, classes, regParam, elasticNetParam, standardization, weighted } = spark;
  const estimator = new LogisticRegression({ regParam, elasticNetParam, standardization, ...(weighted && { weightCol: 'w' }) });
  const { learned } = await estimator.fit(sparkTable(n, d, classes).dataset);
  expectClose('LogisticRegression, elastic net, weights: coefficients and intercepts', learned.coefficients, spark.coefficients);
  expectClose('LogisticRegression, elastic net, weights: coefficients and intercepts', learned.intercepts, spark.intercepts);
});

function lineTable(n: number, d: number): Dataset {
  const { x } = sparkTable(n, d, 3);
  const label = Float64Array.from({ length: n }, (_, row) => {
    let sum = 3 + Math.sin(row * 2.1);
    for (let j = 0; j < d; j++) sum += x[row * d + j]! * (-1 + (3 * j) / (d - 1));
    return sum;
  });
  return Dataset.fromColumns({ features: new VectorColumn(x, d), label, w: label.map((_, row) => 0.5 + (row % 3)) });
}

it.each(golden.linear)('fits the linear regression of Spark: regParam $regParam, elasticNetParam $elasticNetParam', async (spark) => {
  const { n, d, regParam, elasticNetParam, standardization, fitIntercept, weighted } = spark;
  const estimator = new LinearRegression({ regParam, elasticNetParam, standardization, fitIntercept, ...(weighted && { weightCol: 'w' }) });
  const { learned } = await estimator.fit(lineTable(n, d));
  expectClose(
    'LinearRegression, elastic net, weights',
    [...learned.coefficients, learned.intercept],
    [...spark.coefficients, spark.intercept],
  );
});

it.each(golden.ridge)(
  "fits scikit-learn's ridge regression: alpha $alpha",
  async ({ alpha, weighted, fitIntercept, coefficients, intercept }) => {
    const estimator = new RidgeRegression({ alpha, fitIntercept, ...(weighted && { weightCol: 'w' }) });
    const { learned } = await estimator.fit(lineTable(80, 5));
    expectClose('RidgeRegression', [...learned.coefficients, learned.intercept], [...coefficients, intercept]);
  },
);

it('fits one classifier a class as Spark does', async () => {
  const { dataset } = sparkTable(60, 4, 3);
  const model = await new OneVsRest({ classifier: new LogisticRegression({ regParam: 0.05 }) }).fit(dataset);
  model.models.forEach((each, k) => {
    expect(each).toBeInstanceOf(LogisticRegressionModel);
    if (each instanceof LogisticRegressionModel)
      expectClose('OneVsRest: coefficients', each.learned.coefficients, golden.oneVsRest.coefficients[k]!);
  });
  expect(Array.from((await model.transform(dataset).column('prediction')) as Float64Array)).toEqual(golden.oneVsRest.prediction);
});

it("fits scikit-learn's classifier for each of many labels", async () => {
  const { x } = sparkTable(80, 5, 3);
  const label = Array.from({ length: 80 }, (_, row) => ['a', 'b', 'c'].filter((_name, c) => (row * (c + 2)) % 5 < 2));
  const dataset = Dataset.fromColumns({ features: new VectorColumn(x, 5), label });
  const model = await new MultilabelLogisticRegression({ regParam: 0.05 }).fit(dataset);
  golden.multilabel_logistic.forEach(({ coefficients }, k) =>
    expectClose(
      'MultilabelLogisticRegression: coefficients and probabilities',
      model.learned.coefficients.subarray(5 * k, 5 * k + 5),
      coefficients,
    ),
  );
  const first = await model.transform(dataset).limit(5).toRows();
  first.forEach(({ probability, prediction }, row) => {
    const expected = golden.multilabel_logistic.map(({ probabilities }) => probabilities[row]!);
    expectClose('MultilabelLogisticRegression: coefficients and probabilities', probability as Float64Array, expected);
    expect(prediction).toEqual(['a', 'b', 'c'].filter((_name, k) => expected[k]! > 0.5));
  });
});

it("balances classes as scikit-learn's class_weight does", async () => {
  const { dataset } = sparkTable(80, 5, 3);
  const uneven = dataset.rowsAt(Array.from({ length: 80 }, (_, row) => row).filter((row) => (row * 7) % 3 !== 2 || row % 4 === 0));
  const { learned } = await new LogisticRegression({ regParam: 0.05, classWeight: 'balanced' }).fit(uneven);
  expectClose('LogisticRegression, balanced classes: coefficients', learned.coefficients, golden.balanced.coefficients);
});

it('learns labels that are words, and becomes a head with the same probabilities', async () => {
  const { dataset } = sparkTable(60, 4, 3);
  const named = dataset.withColumn('label', ({ label }) => ['red', 'amber', 'green'][label as number]);
  const model = await new LogisticRegression({ regParam: 0.05 }).fit(named);
  expect(model.labels).toEqual(['amber', 'green', 'red']);
  const [row] = await model.transform(named).limit(1).toRows();
  const probability = model.head('light').predict(row!['features'] as Float32Array);
  expect(relativeDifference(probability, row!['probability'] as Float64Array)).toBeLessThan(1e-6);
  expect(model.labels).toContain(row!['prediction']);
});

it('names the row that has no finite features, and the label that is none', async () => {
  const data = (features: number[], label: unknown) => Dataset.fromRows([{ features: Float64Array.from(features), label }]);
  await expect(new LogisticRegression().fit(data([1, Infinity], 'a'))).rejects.toThrow('feature vector 0 holds Infinity');
  await expect(new LogisticRegression().fit(data([1, 2], null))).rejects.toThrow('expected a string or number as label, got null');
});

it('refuses labels and weights that no fit can use', async () => {
  const data = (label: unknown, weight: unknown) =>
    Dataset.fromRows(
      [0, 1, 2].map((row) => ({ features: Float64Array.of(row), label: row < 2 ? row : label, weight: row < 2 ? 1 : weight })),
    );
  for (const estimator of [new LinearRegression({ weightCol: 'weight' }), new RidgeRegression({ weightCol: 'weight' })]) {
    await expect(estimator.fit(data(NaN, 1))).rejects.toThrow('column label, row 2: expected a number, got NaN');
    await expect(estimator.fit(data(null, 1))).rejects.toThrow('column label, row 2: expected a number, got null');
  }
  const classifier = new LogisticRegression({ weightCol: 'weight' });
  await expect(classifier.fit(data(NaN, 1))).rejects.toThrow('expected a string or number as label, got NaN');
  await expect(classifier.fit(data(1, Infinity))).rejects.toThrow('row 2 has the weight Infinity');
  const none = data(1, 0).withColumn('weight', () => 0);
  await expect(classifier.fit(none)).rejects.toThrow('no row to learn from or to evaluate in column weight with a weight above 0');
});

it('predicts the only label there is, with a margin of 0, and nothing from features that are none', async () => {
  const data = Dataset.fromRows([1, 2, 3].map((row) => ({ features: Float64Array.of(row), label: 'a' })));
  const model = await new LogisticRegression().fit(data);
  const [row] = await model.transform(data).toRows();
  expect([row!['rawPrediction'], row!['probability'], row!['prediction']]).toEqual([Float64Array.of(0), Float64Array.of(1), 'a']);
  const broken = Dataset.fromRows([{ features: Float64Array.of(NaN) }]);
  await expect(model.transform(broken).count()).rejects.toThrow('feature vector 0 holds NaN');
});

it('keeps the labels of rows with many as they are, numbers as numbers', async () => {
  const kinds = [[1], [1, 10], [], [2], [10], [1]];
  const data = Dataset.fromRows(kinds.map((label, row) => ({ features: Float64Array.of(row, row % 2), label })));
  const model = await new MultilabelLogisticRegression({ regParam: 0.1 }).fit(data);
  expect(model.learned.labels).toEqual([1, 2, 10]);
  const nothing = data.withColumn('label', () => []);
  await expect(new MultilabelLogisticRegression().fit(nothing)).rejects.toThrow(
    'no row to learn from or to evaluate in column label with a label',
  );
  const single = data.withColumn('label', () => 'a');
  await expect(new MultilabelLogisticRegression().fit(single)).rejects.toThrow(
    'column label, row 0: expected a list of labels, got string',
  );
});

it('hands the columns of one against the rest on to its classifier, as Spark does', async () => {
  const { dataset } = sparkTable(60, 4, 3);
  const renamed = dataset.withColumn('x', ({ features }) => features).withColumn('kind', ({ label }) => label);
  const classifier = new LogisticRegression({ regParam: 0.1 });
  const plain = await new OneVsRest({ classifier }).fit(dataset);
  const named = await new OneVsRest({ classifier, featuresCol: 'x', labelCol: 'kind', rawPredictionCol: 'margins' }).fit(
    renamed.select('x', 'kind'),
  );
  expect(await named.transform(renamed).column('margins')).toEqual(await plain.transform(dataset).column('rawPrediction'));
  const wrong = (parts: object) => new OneVsRest(parts as { classifier: LogisticRegression }).fit(dataset);
  await expect(wrong({})).rejects.toThrow('OneVsRest needs the parameter classifier');
  await expect(wrong({ classifier: new RidgeRegression() })).rejects.toThrow('a classifier with rawPredictionCol');
});

// scikit-learn 1.7: Ridge(alpha, fit_intercept, solver='cholesky').fit(X, y, sample_weight)
it.each([
  [1, true, undefined, [1.0810810810810811, 0], -0.1171171171171177],
  [0.5, true, 'weight', [1.076923076923077, 0], -0.15384615384615463],
  [1, false, undefined, [1.0806364129452186, -0.01645272102693945], 0],
  [0.5, false, 'weight', [1.0766911822032799, -0.021830089139530738], 0],
] as const)(
  'treats a constant column as scikit-learn: alpha %d, intercept %s, weights %s',
  async (alpha, fitIntercept, weightCol, expected, level) => {
    const target = [1, 2, 3, 4, 5, 7];
    const weights = [1, 2, 1, 0, 3, 1];
    const data = Dataset.fromRows(target.map((label, row) => ({ features: Float64Array.of(row + 1, 7), label, weight: weights[row] })));
    const { learned } = await new RidgeRegression({ alpha, fitIntercept, ...(weightCol && { weightCol }) }).fit(data);
    expect(relativeDifference(learned.coefficients, expected)).toBeLessThan(1e-9);
    expect(learned.intercept).toBeCloseTo(level, 12);
  },
);
