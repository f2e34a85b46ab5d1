import { expect, it } from 'vitest';
import { searchHeads } from '../../src/ml/search/head-search.js';
import { givenFolds } from '../../src/ml/selection/fold.js';
import { fitLogistic } from '../../src/ml/solve/fit-logistic.js';
import { logisticTable } from './logistic-table.js';

const [rows, width] = [240, 8];
const penalties = [3, 1e-3, 0.1, 1e-4];

it.each([2, 3])('says the least objective of each penalty in each fold, as float64 finds it, over %i classes', async (classes) => {
  const { x, y } = logisticTable(rows, width, classes, 1);
  const folds = givenFolds(
    Array.from(y, (_, row) => Math.floor(row / 10) % 3),
    3,
  );
  const points = penalties.map((regParam) => ({ regParam, elasticNetParam: 0, standardization: false }));
  const outcomes = await searchHeads({
    x,
    width,
    y,
    classes,
    weights: new Float64Array(rows).fill(1),
    folds,
    points,
    gap: 1e-7,
    threads: 1,
  });
  points.forEach((point, p) => {
    folds.forEach(({ train }, f) => {
      const own = Float64Array.from(Array.from(train).flatMap((row) => Array.from(x.subarray(row * width, (row + 1) * width))));
      const labels = Int32Array.from(train, (row) => y[row]!);
      const weights = new Float64Array(train.length).fill(1);
      const fit = { x: own, width, y: labels, classes, weights, fitIntercept: true, tolerance: 1e-10, maxIterations: 200, ...point };
      const { coefficients, intercepts } = fitLogistic(fit);
      let loss = 0;
      labels.forEach((label, row) => {
        const margins = Array.from(intercepts, (intercept, k) =>
          coefficients.subarray(k * width, (k + 1) * width).reduce((sum, each, j) => sum + each * own[row * width + j]!, intercept),
        );
        const all = classes === 2 ? [0, margins[0]!] : margins;
        loss += Math.log(all.reduce((sum, margin) => sum + Math.exp(margin - all[label]!), 0));
      });
      const least = loss / labels.length + (point.regParam / 2) * coefficients.reduce((sum, each) => sum + each * each, 0);
      expect(Math.abs(outcomes[p]![f]!.objective / least - 1)).toBeLessThan(1e-5);
    });
  });
});

it('tells of every fit once: at its end, or when a race leaves it', async () => {
  const { x, y } = logisticTable(rows, width, 3, 1);
  const folds = givenFolds(
    Array.from(y, (_, row) => row % 4),
    4,
  );
  const points = penalties.map((regParam) => ({ regParam, elasticNetParam: 0, standardization: true }));
  const task = { x, width, y, classes: 3, weights: new Float64Array(rows).fill(1), folds, points, gap: 1e-6, threads: 1 };
  const told: number[] = [];
  await searchHeads(task, { ended: (fits) => void told.push(fits) });
  expect(told).toEqual(Array.from({ length: 16 }, () => 1));
  told.length = 0;
  await searchHeads(task, { keep: () => Promise.resolve([2]), ended: (fits) => void told.push(fits) });
  expect(told).toEqual([12, 1, 1, 1, 1]);
});
