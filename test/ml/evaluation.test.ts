import { expect, it } from 'vitest';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { BinaryClassificationEvaluator } from '../../src/ml/evaluation/binary.js';
import { MulticlassClassificationEvaluator, type MulticlassMetric } from '../../src/ml/evaluation/multiclass.js';
import { MultilabelClassificationEvaluator } from '../../src/ml/evaluation/multilabel.js';
import { RankingEvaluator } from '../../src/ml/evaluation/ranking.js';
import { RegressionEvaluator } from '../../src/ml/evaluation/regression.js';
import { expectParity } from '../parity.js';
import { golden } from './spark-golden.js';

const n = 40;
const rows = Array.from({ length: n }, (_, i) => i);
const w = Float64Array.from(rows, (i) => 0.5 + (i % 3));
const labels = rows.map((i) => (i * 7) % 3);
const predictions = rows.map((i) => (i % 4 === 0 ? (labels[i]! + 1) % 3 : labels[i]!));
const probability = rows.flatMap((i) => {
  const own = [0, 1, 2].map((k) => Math.abs(Math.sin((i + 1) * (k + 1))) + Number(k === predictions[i]));
  const sum = own.reduce((a, b) => a + b);
  return own.map((value) => value / sum);
});
const multiclass = Dataset.fromColumns({
  label: Float64Array.from(labels),
  prediction: Float64Array.from(predictions),
  probability: new VectorColumn(Float64Array.from(probability), 3),
  w,
});
const each = (table: Record<string, [number, number]>) =>
  Object.entries(table).flatMap(([name, [plain, weighted]]) => [
    { name, weighted: false, value: plain },
    { name, weighted: true, value: weighted },
  ]);
const weightCol = (weighted: boolean) => (weighted ? { weightCol: 'w' } : {});

it.each(each(golden.multiclass))('measures $name as Spark, weighted: $weighted', async ({ name, weighted, value }) => {
  const evaluator = new MulticlassClassificationEvaluator({
    metricName: name as MulticlassMetric,
    metricLabel: 1,
    beta: 2,
    ...weightCol(weighted),
  });
  expectParity('MulticlassClassificationEvaluator', Math.abs((await evaluator.evaluate(multiclass)) - value));
});

it('finds the probability of a label that is a word by its name', async () => {
  const named = Dataset.fromColumns({
    label: ['b', 'a'],
    probability: new VectorColumn(Float64Array.of(0.2, 0.8, 0.5, 0.5), 2, ['a', 'b']),
  });
  const loss = await new MulticlassClassificationEvaluator({ metricName: 'logLoss' }).evaluate(named);
  expect(loss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.5)) / 2, 12);
});

it('counts rows by label and prediction', async () => {
  const confusion = await new MulticlassClassificationEvaluator().confusion(multiclass);
  expect([0, 1, 2].map((k) => confusion.at(k, (k + 1) % 3)).reduce((a, b) => a + b)).toBe(10);
  expect(confusion.at(0, 2)).toBe(0);
});

it.each(each(golden.binary))('measures $name as Spark, weighted: $weighted', async ({ name, weighted, value }) => {
  const label = Float64Array.from(rows, (i) => (i * 5 + Math.floor(i / 3)) % 2);
  const raw = rows.flatMap((i) => {
    const margin = Math.round((Math.sin(i * 1.7) + 0.8 * label[i]!) * 10) / 10;
    return [-margin, margin];
  });
  const data = Dataset.fromColumns({ label, rawPrediction: new VectorColumn(Float64Array.from(raw), 2), w });
  const evaluator = new BinaryClassificationEvaluator({ metricName: name as 'areaUnderROC', ...weightCol(weighted) });
  expectParity('BinaryClassificationEvaluator', Math.abs((await evaluator.evaluate(data)) - value));
});

it.each(each(golden.regression))('measures $name as Spark, weighted: $weighted', async ({ name, weighted, value }) => {
  const label = Float64Array.from(rows, (i) => Math.sin(i * 0.9) * 3 + 1);
  const data = Dataset.fromColumns({ label, prediction: label.map((y, i) => y + Math.cos(i * 2.3) * 0.5), w });
  const evaluator = new RegressionEvaluator({ metricName: name as 'rmse', ...weightCol(weighted) });
  expectParity('RegressionEvaluator', Math.abs((await evaluator.evaluate(data)) - value));
});

const lists = (table: Record<'label' | 'prediction', number[][]>) =>
  Dataset.fromRows(table.label.map((label, row) => ({ label, prediction: table.prediction[row] })));
const scores = (table: Record<string, unknown>) =>
  Object.entries(table).filter(([, value]) => typeof value === 'number') as [string, number][];

it.each(scores(golden.multilabel))('measures %s of lists of labels as Spark', async (metricName, value) => {
  const evaluator = new MultilabelClassificationEvaluator({ metricName: metricName as 'f1Measure', metricLabel: 3 });
  expectParity('MultilabelClassificationEvaluator', Math.abs((await evaluator.evaluate(lists(golden.multilabel))) - value));
});

it.each(scores(golden.ranking))('measures %s of rankings as Spark', async (metricName, value) => {
  const evaluator = new RankingEvaluator({ metricName: metricName as 'ndcgAtK', k: 3 });
  expectParity('RankingEvaluator', Math.abs((await evaluator.evaluate(lists(golden.ranking))) - value));
});

it('refuses labels that cannot be compared instead of measuring 0', async () => {
  const words = Dataset.fromRows([{ label: 'yes', prediction: 1, rawPrediction: 0.3, probability: [0.2, 0.8] }]);
  const multiclass = (metricName: MulticlassMetric) => new MulticlassClassificationEvaluator({ metricName });
  await expect(multiclass('accuracy').evaluate(words)).rejects.toThrow(
    'column label holds strings and column prediction numbers: no prediction can be right',
  );
  await expect(multiclass('logLoss').evaluate(words)).rejects.toThrow('column label, row 0: expected a number, got string');
  await expect(multiclass('precisionByLabel').evaluate(words.withColumn('prediction', () => 'no'))).rejects.toThrow(
    'metricLabel must be one of the labels, no, yes, got 0',
  );
  const binary = new BinaryClassificationEvaluator();
  await expect(binary.evaluate(words)).rejects.toThrow('column label, row 0: expected 0 or 1 or a boolean as one of two labels, got "yes"');
  const scores = (rawPrediction: unknown, label: unknown) =>
    binary.evaluate(
      Dataset.fromRows([
        { label: 0, rawPrediction: 1 },
        { label, rawPrediction },
      ]),
    );
  await expect(scores(2, 2)).rejects.toThrow(expect.objectContaining({ code: 'HW_LABEL_BINARY' }));
  await expect(scores(2, null)).rejects.toThrow('got null');
  await expect(scores(NaN, 1)).rejects.toThrow('column rawPrediction, row 1: expected a number, got NaN');
  expect(await scores(2, true)).toBe(1);
});

it('takes class probabilities as plain lists, of labels that are their places', async () => {
  const data = Dataset.fromRows([
    { label: 1, probability: [0.2, 0.8] },
    { label: 0, probability: [0.5, 0.5] },
  ]);
  const loss = await new MulticlassClassificationEvaluator({ metricName: 'logLoss' }).evaluate(data);
  expect(loss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.5)) / 2, 12);
});

it('measures r2 through the origin as Spark: against the sum of squared labels', async () => {
  const data = Dataset.fromRows([
    { label: 1, prediction: 1.5 },
    { label: 2, prediction: 1.5 },
    { label: 4, prediction: 3 },
  ]);
  expect(await new RegressionEvaluator({ metricName: 'r2', throughOrigin: true }).evaluate(data)).toBeCloseTo(1 - 1.5 / 21, 12);
});
