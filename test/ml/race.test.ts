import { expect, it } from 'vitest';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { MulticlassClassificationEvaluator } from '../../src/ml/evaluation/multiclass.js';
import { LogisticRegression } from '../../src/ml/linear/logistic-regression.js';
import { CrossValidator } from '../../src/ml/selection/cross-validator.js';
import { ParamGridBuilder } from '../../src/ml/selection/param-grid-builder.js';
import { Race, type Runner } from '../../src/ml/selection/race.js';
import { logisticTable } from './logistic-table.js';

const head = new LogisticRegression();
const grid = new ParamGridBuilder()
  .addGrid(head, 'regParam', [10, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001])
  .addGrid(head, 'elasticNetParam', [0, 0.5])
  .build();

function search(
  seed: number,
  classes: number,
  metricName: 'accuracy' | 'logLoss' | 'f1',
  options: { racing: boolean; parallelism?: number },
) {
  const { x, y } = logisticTable(300, 12, classes, seed);
  const data = Dataset.fromColumns({ features: new VectorColumn(x, 12), label: Float64Array.from(y) });
  const evaluator = new MulticlassClassificationEvaluator({ metricName });
  return new CrossValidator({ estimator: head, estimatorParamMaps: grid, evaluator, stratifyCol: 'label', numFolds: 4, ...options }).search(
    data,
  );
}

it.each<['accuracy' | 'logLoss' | 'f1', number, number]>([
  ['accuracy', 3, 1],
  ['logLoss', 3, 2],
  ['f1', 4, 3],
  ['logLoss', 2, 4],
  ['accuracy', 2, 5],
])('a race by %s over %i classes has the winner of the full search, and says when and why points left', async (metric, classes, seed) => {
  const [full, raced] = [await search(seed, classes, metric, { racing: false }), await search(seed, classes, metric, { racing: true })];
  expect(raced.best()).toBe(full.best());
  expect(raced.mean(raced.best())).toBeCloseTo(full.mean(full.best()), 4);
  const dropped = raced.points.filter(({ note }) => note !== undefined);
  expect(dropped.length).toBeGreaterThan(grid.length / 2);
  for (const { index, note } of dropped) {
    expect(note).toMatch(new RegExp(`^dropped at gap 0\\.\\d+: ${metric} [\\d.]+ at best, another point [\\d.]+ at worst$`));
    expect(raced.mean(index)).toBeNaN();
    // The rule's promise, held to what a full search finds.
    const [best, worst] = /([\d.]+) at best, another point ([\d.]+)/.exec(note!)!.slice(1).map(Number);
    const sign = full.largerIsBetter ? 1 : -1;
    expect(sign * full.mean(index)).toBeLessThanOrEqual(sign * best! + 1e-4);
    expect(sign * full.mean(full.best())).toBeGreaterThanOrEqual(sign * worst! - 1e-4);
  }
});

it('races the same way at any parallelism', async () => {
  const [one, four] = [
    await search(6, 3, 'logLoss', { racing: true, parallelism: 1 }),
    await search(6, 3, 'logLoss', { racing: true, parallelism: 4 }),
  ];
  expect(four.points).toEqual(one.points);
});

it('keeps a point while its margins may still move past those of the leader', async () => {
  const outcome = (right: number, moved: number) => ({
    margins: Float32Array.from({ length: 10 }, (_, row) => (row < right ? 0.5 : -0.5)),
    moved: new Float32Array(10).fill(moved),
    objective: 0,
    gradientNorm: 0,
    iterations: 1,
  });
  const truth = new Int32Array(10).fill(1);
  const judge = (_: number, margins: Float32Array) => Promise.resolve(margins.filter((margin) => margin > 0).length / 10);
  const runners = (moved: number): Runner[] => [8, 9].map((right, index) => ({ index, outcomes: [outcome(right, moved)] }));
  const race = new Race({ metric: 'accuracy', largerIsBetter: true });
  expect(await race.round(1e-3, runners(0.3), [truth], judge)).toEqual({ stay: [0, 1], settled: false });
  expect(await race.round(1e-4, runners(0.2), [truth], judge)).toEqual({ stay: [1], settled: true });
  expect(race.dropped.get(0)).toBe('dropped at gap 0.0001: accuracy 0.8 at best, another point 0.9 at worst');
  race.finish([{ point: 1, fold: 0, metrics: { accuracy: 0.9 } }]);
  const late: Runner = { index: 2, outcomes: [outcome(8, 0.1)] };
  expect((await race.round(1e-3, [late], [truth], judge)).stay).toEqual([]);
});

it('refuses another refit rule than the best: most points have no scores', () => {
  const evaluator = new MulticlassClassificationEvaluator();
  const options = { estimator: head, estimatorParamMaps: grid, evaluator, racing: true };
  expect(() => new CrossValidator({ ...options, refit: 'one-standard-error' }).validate()).toThrow(
    'refit must be "best" where racing is on',
  );
});
