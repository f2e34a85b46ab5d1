import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CrossValidatorModel, searchProgress } from '../../src/index.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import type { Batch, Columns } from '../../src/ml/dataset/batch.js';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { MulticlassClassificationEvaluator } from '../../src/ml/evaluation/multiclass.js';
import { Normalizer } from '../../src/ml/feature/normalizer.js';
import { StringIndexer } from '../../src/ml/feature/string-indexer.js';
import { LogisticRegression } from '../../src/ml/linear/logistic-regression.js';
import type { LogisticRegressionModel } from '../../src/ml/linear/logistic-regression-model.js';
import { Pipeline } from '../../src/ml/pipeline.js';
import { CrossValidator } from '../../src/ml/selection/cross-validator.js';
import { planFolds } from '../../src/ml/selection/fold-plan.js';
import { stratifiedGroupFolds } from '../../src/ml/selection/stratified-group-folds.js';
import { expectParity, relativeDifference } from '../parity.js';
import { forwardFolds, givenFolds, groupFolds, randomFolds, stratifiedFolds, type Fold } from '../../src/ml/selection/fold.js';
import { fitEach } from '../../src/ml/selection/fit-each.js';
import { headGroups } from '../../src/ml/selection/head-grid.js';
import { searchGroup } from '../../src/ml/selection/search-group.js';
import { HalvingGridSearch } from '../../src/ml/selection/halving-grid-search.js';
import { ParamGridBuilder } from '../../src/ml/selection/param-grid-builder.js';
import { choose } from '../../src/ml/selection/refit.js';
import { SearchResults } from '../../src/ml/selection/search-results.js';
import { TrainValidationSplit } from '../../src/ml/selection/train-validation-split.js';
import { Transformer } from '../../src/ml/transformer.js';
import { logisticTable } from './logistic-table.js';

const rows = 120;
const { x, y } = logisticTable(rows, 5, 3, 3);
const data = Dataset.fromColumns({
  features: new VectorColumn(x, 5),
  label: Array.from(y, (k) => ['red', 'amber', 'green'][k]!),
  camera: Array.from({ length: rows }, (_, row) => `camera ${row % 7}`),
  fold: Float64Array.from({ length: rows }, (_, row) => row % 4),
  at: Float64Array.from({ length: rows }, (_, row) => 1000 * row),
});
const head = new LogisticRegression();
const grid = new ParamGridBuilder().addGrid(head, 'regParam', [0.001, 0.1]).addGrid(head, 'elasticNetParam', [0, 0.5]).build();
const evaluator = new MulticlassClassificationEvaluator({ metricName: 'logLoss' });

const together = (folds: readonly Fold[]) => folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b);
const tableRows = await data.toRows();
const everyRow = Array.from({ length: rows }, (_, row) => row);

it('builds every combination of a grid, the last parameter fastest', () => {
  expect(grid.map((point) => point.map(({ value }) => value))).toEqual([
    [0.001, 0],
    [0.001, 0.5],
    [0.1, 0],
    [0.1, 0.5],
  ]);
});

it('deals every row into one test fold: at random, stratified, by group, by column', () => {
  const labels = Array.from(y);
  const groups = everyRow.map((row) => row % 7);
  for (const folds of [
    randomFolds(rows, 4, 1),
    stratifiedFolds(labels, 4, 1),
    groupFolds(groups, 4),
    givenFolds(
      everyRow.map((row) => row % 4),
      4,
    ),
  ]) {
    expect(together(folds)).toEqual(everyRow);
    for (const { train, test } of folds) expect(train.length + test.length).toBe(rows);
  }
  for (const { test } of stratifiedFolds(labels, 4, 1)) {
    for (const k of [0, 1, 2]) expect(test.filter((row) => y[row] === k).length).toBe(10);
  }
  for (const { train, test } of groupFolds(groups, 4)) {
    const learned = new Set([...train].map((row) => groups[row]));
    expect([...test].some((row) => learned.has(groups[row]))).toBe(false);
  }
});

it('learns from the past only, with a gap before what is judged', () => {
  const folds = forwardFolds(
    everyRow.map((row) => 1000 * row),
    3,
    5000,
  );
  expect(folds.map(({ train, test }) => [train.length, test[0], test.at(-1)])).toEqual([
    [25, 30, 59],
    [55, 60, 89],
    [85, 90, 119],
  ]);
});

it("keeps groups together and spreads labels as scikit-learn's StratifiedGroupKFold does", async () => {
  const file = new URL('../golden/ml/folds.json', import.meta.url);
  const cases = JSON.parse(readFileSync(file, 'utf8')) as { folds: number; label: number[]; group: number[]; fold: number[] }[];
  for (const { folds, label, group, fold } of cases) {
    const columns = { label: label.map((each) => `kind ${each}`), camera: Float64Array.from(group) };
    const plan = { numFolds: folds, seed: 0, gap: 0, stratifyCol: 'label', groupCol: 'camera' };
    const found = await planFolds(Dataset.fromColumns(columns), plan);
    const own = label.map((_, row) => found.findIndex(({ test }) => test.includes(row)));
    expectParity('StratifiedGroupKFold: rows in another fold', own.filter((each, row) => each !== fold[row]).length);
  }
  const none = { numFolds: 3, seed: 0, gap: 0, groupCol: 'camera', timeCol: 'time' };
  await expect(planFolds(Dataset.fromRows([{ camera: 1, time: 1 }]), none)).rejects.toThrow('camera and time cannot both decide');
});

it('refuses folds that cannot be', () => {
  expect(() => givenFolds([0, 1, 4], 3)).toThrow('row 2 has the fold 4');
  expect(() => groupFolds(['a', 'a'], 2)).toThrow('1 groups make no 2 folds');
  expect(() => stratifiedGroupFolds([0, 1], ['a', 'a'], 2)).toThrow('1 groups make no 2 folds');
});

it('scores a grid over a head as one program as it does fit by fit', async () => {
  const folds = givenFolds(
    everyRow.map((row) => row % 4),
    4,
  );
  const task = {
    dataset: data,
    folds,
    estimator: head,
    paramMaps: grid,
    evaluators: { logLoss: evaluator },
    parallelism: 2,
    errorScore: 'raise' as const,
    onProgress: undefined,
  };
  const [group] = headGroups(head, grid, data)!;
  const batched = (await searchGroup(group!, task))!;
  const oneByOne = await fitEach(task);
  expect(batched).toHaveLength(16);
  for (const { point, fold, metrics } of oneByOne) {
    const same = batched.find((score) => score.point === point && score.fold === fold)!;
    expect(same.metrics['logLoss']).toBeCloseTo(metrics['logLoss']!, 3);
  }
});

it('searches folds that lack a class as scikit-learn does', async () => {
  const golden = JSON.parse(readFileSync(new URL('../golden/ml/missing.json', import.meta.url), 'utf8')) as {
    n: number;
    d: number;
    classes: number;
    folds: number;
    label: number[];
    fits: { regParam: number; fold: number; classes: number[]; accuracy: number; coefficients: number[]; intercepts: number[] }[];
  };
  const { n, d, folds: numFolds, label, fits } = golden;
  const columns = { features: new VectorColumn(logisticTable(n, d, golden.classes, 2).x, d), label: Float64Array.from(label) };
  const table = Dataset.fromColumns({ ...columns, fold: Float64Array.from(label, (_, row) => Math.floor((row * numFolds) / n)) });
  const plain = new LogisticRegression({ standardization: false, tol: 1e-10 });
  const estimatorParamMaps = new ParamGridBuilder().addGrid(plain, 'regParam', [1, 0.1, 0.01]).build();
  const accuracy = new MulticlassClassificationEvaluator({ metricName: 'accuracy' });
  const options = { estimator: plain, estimatorParamMaps, evaluator: accuracy, foldCol: 'fold', numFolds };
  const [search, kept] = [
    await new CrossValidator(options).search(table),
    await new CrossValidator({ ...options, collectSubModels: true }).search(table),
  ];
  const row = 'LogisticRegression, classes missing in folds: coefficients and accuracy';
  for (const { regParam, fold, accuracy: wanted, classes, coefficients, intercepts } of fits) {
    const p = [1, 0.1, 0.01].indexOf(regParam);
    expectParity(row, Math.abs(search.points[p]!.splits['accuracy']![fold]! - wanted));
    const { learned } = kept.subModels![fold]![p] as LogisticRegressionModel;
    expect(learned.labels).toEqual(classes);
    const mean = learned.intercepts.reduce((sum, each) => sum + each, 0) / learned.intercepts.length;
    expectParity(row, relativeDifference(learned.coefficients, coefficients));
    expectParity(
      row,
      relativeDifference(
        learned.intercepts.map((each) => each - mean),
        intercepts,
      ),
    );
  }
});

it('fits the winner on all rows, and says how every point did', async () => {
  const pipeline = new Pipeline([
    new Normalizer({ inputCol: 'features', outputCol: 'unit' }),
    new LogisticRegression({ featuresCol: 'unit' }),
  ]);
  const points = new ParamGridBuilder().addGrid(pipeline.stage(1), 'regParam', [10, 0.01]).addGrid(pipeline.stage(0), 'p', [1, 2]).build();
  const accuracy = new MulticlassClassificationEvaluator({ metricName: 'accuracy' });
  const search = new CrossValidator({
    estimator: pipeline,
    estimatorParamMaps: points,
    evaluator,
    metrics: { accuracy },
    stratifyCol: 'label',
  });
  const model = await search.fit(data);
  expect(model.bestIndex).toBe(model.avgMetrics.indexOf(Math.min(...model.avgMetrics)));
  expect([2, 3]).toContain(model.bestIndex);
  const table = await model.results.toDataset().toRows();
  expect(Object.keys(table[0]!)).toEqual(
    expect.arrayContaining(['params', 'split0_logLoss', 'mean_logLoss', 'std_logLoss', 'mean_accuracy', 'rank']),
  );
  const predicted = await model.transform(data).toRows();
  expect(predicted.filter(({ label, prediction }) => label === prediction).length / rows).toBeGreaterThan(0.7);
});

/** Counts the rows that it doubles. */
class Doubler extends Transformer {
  /** Copies share it. */
  readonly seen = { rows: 0 };
  override inputCols = () => ['features'];
  override outputCols = () => ['doubled'];
  override compute(batch: Batch): Columns {
    this.seen.rows += batch.length;
    const { data: values, width } = batch.columns['features'] as VectorColumn;
    return {
      doubled: new VectorColumn(
        values.map((value) => 2 * value),
        width,
      ),
    };
  }
}

it.each([
  ['as one program', 240],
  ['fit by fit', 120],
])('computes what reads nothing learned once for all folds, points and the final fit, %s', async (_, count) => {
  const many = Dataset.fromRows(
    Array.from({ length: count / rows }, () => everyRow).flatMap((all) => all.map((row) => ({ ...tableRows[row]! }))),
  );
  const doubler = new Doubler({ type: 'Doubler', params: {} }, {});
  const last = new LogisticRegression({ featuresCol: 'doubled', labelCol: 'index' });
  const estimator = new Pipeline([new StringIndexer({ inputCol: 'label', outputCol: 'index' }), doubler, last]);
  const points = new ParamGridBuilder().addGrid(last, 'regParam', [1, 0.01]).build();
  const judge = new MulticlassClassificationEvaluator({ labelCol: 'index', metricName: 'logLoss' });
  const search = new CrossValidator({ estimator, estimatorParamMaps: points, evaluator: judge, numFolds: 4, stratifyCol: 'label' });
  const model = await search.fit(many);
  expect(doubler.seen.rows).toBe(count);
  expect(model.bestIndex).toBe(1);
  const refitted = await estimator.copy(points[1]).fit(many);
  expect(await model.transform(many).toRows()).toEqual(await refitted.transform(many).toRows());
});

it('gives the same table at any parallelism, and NaN to points that fail', async () => {
  const points = [...grid, [head.setting('maxIter', -1)]];
  const search = (parallelism: number) =>
    new CrossValidator({ estimator: head, estimatorParamMaps: points, evaluator, groupCol: 'camera', parallelism }).search(data);
  const [one, four] = await Promise.all([search(1), search(4)]);
  expect(four.points).toEqual(one.points);
  expect(one.mean(4)).toBeNaN();
  expect(one.points[4]!.note).toContain('maxIter must be');
  expect(one.ranking().at(-1)).toBe(4);
  await expect(new CrossValidator({ estimator: head, estimatorParamMaps: [points[4]!], evaluator }).search(data)).rejects.toThrow(
    'no point of the grid',
  );
});

it('chooses the simplest point within one standard error when told so', () => {
  const point = (index: number, values: number[]) => ({ index, params: [], splits: { accuracy: values } });
  const results = new SearchResults([point(0, [0.5, 0.7]), point(1, [0.84, 0.88]), point(2, [0.85, 0.91])], 'accuracy', true);
  expect([choose(results, 'best'), choose(results, 'one-standard-error'), choose(results, () => 0)]).toEqual([2, 1, 0]);
});

it('searches with a single split, and by halving', async () => {
  const points = new ParamGridBuilder().addGrid(head, 'regParam', [100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01]).build();
  const split = await new TrainValidationSplit({ estimator: head, estimatorParamMaps: points, evaluator }).fit(data);
  expect(split.results.points[0]!.splits['logLoss']).toHaveLength(1);
  const halving = await new HalvingGridSearch({ estimator: head, estimatorParamMaps: points, evaluator, stratifyCol: 'label' }).fit(data);
  expect(halving.results.points.filter(({ note }) => note?.startsWith('left in round 1'))).toHaveLength(6);
  expect(
    halving.results
      .ranking()
      .slice(3)
      .every((index) => halving.results.points[index]!.note !== undefined),
  ).toBe(true);
  expect(halving.results.points[halving.bestIndex]!.note).toBeUndefined();
});

it('says what a search lacks, and which setting of a grid belongs to another estimator', async () => {
  const parts = { estimator: head, estimatorParamMaps: grid, evaluator };
  const without = (part: Partial<typeof parts>) => new CrossValidator({ ...parts, ...part }).fit(data);
  await expect(without({ estimator: undefined as unknown as LogisticRegression })).rejects.toThrow(
    'CrossValidator needs the parameter estimator',
  );
  await expect(without({ evaluator: undefined as unknown as typeof evaluator })).rejects.toThrow(
    'CrossValidator needs the parameter evaluator',
  );
  await expect(without({ estimatorParamMaps: [] })).rejects.toThrow('CrossValidator needs the parameter estimatorParamMaps');
  const other = new LogisticRegression();
  const strange = new ParamGridBuilder().addGrid(other, 'regParam', [1]).build();
  await expect(without({ estimatorParamMaps: strange })).rejects.toThrow(expect.objectContaining({ code: 'HW_GRID_STAGE' }));
  await new CrossValidator({ ...parts, estimator: new Pipeline([head]) }).search(data);
  expect(() => new ParamGridBuilder().addGrid(head, 'regParam', 1 as never)).toThrow('a list of values in a grid, got 1');
  await expect(new TrainValidationSplit({ ...parts, trainRatio: 1 }).fit(data)).rejects.toThrow('leaves one part of 120 rows empty');
});

it('keeps the scores of failed points NaN when it is saved and loaded, and so their rank', async () => {
  const maps = new ParamGridBuilder().addGrid(head, 'regParam', [-1, 0.1]).build();
  const model = await new CrossValidator({ estimator: head, estimatorParamMaps: maps, evaluator }).fit(data);
  const folder = await mkdtemp(join(tmpdir(), 'selected-'));
  await model.save(join(folder, 'model'));
  const loaded = await CrossValidatorModel.load(join(folder, 'model'));
  await rm(folder, { recursive: true });
  expect(loaded.avgMetrics).toEqual([NaN, model.avgMetrics[1]]);
  expect(loaded.stdMetrics).toEqual(model.stdMetrics);
  expect(loaded.results.ranking()).toEqual([1, 0]);
});

it('keeps the model of every fold and point where it is told so, with the scores of a search that keeps none', async () => {
  const parts = { estimator: new LogisticRegression({ maxIter: 50 }), evaluator, numFolds: 2 };
  const estimatorParamMaps = new ParamGridBuilder().addGrid(parts.estimator, 'regParam', [0.01, 1]).build();
  const kept = await new CrossValidator({ ...parts, estimatorParamMaps, collectSubModels: true }).fit(data);
  const [first] = randomFolds(rows, 2, 0);
  const again = await parts.estimator.copy(estimatorParamMaps[1]).fit(data.rowsAt(first!.train));
  expect(kept.subModels!.map((models) => models.length)).toEqual([2, 2]);
  expect((kept.subModels![0]![1] as LogisticRegressionModel).learned).toEqual(again.learned);
  const plain = await new CrossValidator({ ...parts, estimatorParamMaps }).fit(data);
  expect([plain.subModels, plain.avgMetrics]).toEqual([undefined, kept.avgMetrics]);
});

it('shows how many fits are done on a terminal, and nothing elsewhere', async () => {
  const shown: string[] = [];
  const write = (text: string | Uint8Array) => shown.push(String(text)) > 0;
  const estimatorParamMaps = new ParamGridBuilder().addGrid(head, 'regParam', [0.1, 1]).build();
  const parts = { estimator: head, estimatorParamMaps, evaluator, numFolds: 2 };
  await new CrossValidator({ ...parts, onProgress: searchProgress({ isTTY: true, write }) }).search(data);
  await new CrossValidator({ ...parts, onProgress: searchProgress({ isTTY: false, write }) }).search(data);
  expect(shown).toHaveLength(4);
  expect(shown[1]).toBe(`\r[${'#'.repeat(15)}${' '.repeat(15)}] 50 % of 4 fits`);
  expect(shown[3]).toBe(`\r[${'#'.repeat(30)}] 100 % of 4 fits\n`);
});
