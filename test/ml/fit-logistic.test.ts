import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fitLogistic, type LogisticFit } from '../../src/ml/solve/fit-logistic.js';
import { expectParity, relativeDifference } from '../parity.js';
import { logisticTable } from './logistic-table.js';

interface Golden {
  name: string;
  n: number;
  d: number;
  classes: number;
  regParam: number;
  weighted: boolean;
  standardization: boolean;
  coefficients: number[];
  intercepts: number[];
}
const goldens = JSON.parse(readFileSync(new URL('../golden/ml/logistic.json', import.meta.url), 'utf8')) as Golden[];
const settings = { fitIntercept: true, standardization: true, elasticNetParam: 0, tolerance: 1e-10, maxIterations: 100 };

function problem(n: number, d: number, classes: number): Pick<LogisticFit, 'x' | 'y' | 'width' | 'classes' | 'weights'> {
  return { ...logisticTable(n, d, classes, 2), width: d, classes, weights: new Float64Array(n).fill(1) };
}

it.each(goldens)('finds the coefficients of scikit-learn to 1e-6: $name', (golden) => {
  const { n, d, classes, regParam, standardization, weighted } = golden;
  const given = problem(n, d, classes);
  const weights = weighted ? given.weights.map((_, row) => 0.5 + (row % 3)) : given.weights;
  const fit = fitLogistic({ ...given, ...settings, weights, regParam, standardization });
  expect(fit.converged).toBe(true);
  expectParity('LogisticRegression, ridge: coefficients and intercepts', relativeDifference(fit.coefficients, golden.coefficients));
  expectParity('LogisticRegression, ridge: coefficients and intercepts', relativeDifference(fit.intercepts, golden.intercepts, 1));
});

it('gives a class without rows probability 0 and fits the others as if it were not there', () => {
  const three = problem(60, 4, 2);
  const missing = fitLogistic({ ...three, ...settings, y: three.y.map((k) => 2 * k), classes: 3, regParam: 0.1 });
  const two = fitLogistic({ ...three, ...settings, regParam: 0.1 });
  expect(missing.intercepts[1]).toBe(-Infinity);
  expect(missing.coefficients.subarray(8)).toEqual(two.coefficients);
  expect([missing.intercepts[0], missing.intercepts[2]]).toEqual([0, two.intercepts[0]]);
});

it('gives a constant feature the coefficient 0', () => {
  const { y, weights } = problem(60, 3, 2);
  const x = logisticTable(60, 3, 2, 2).x.map((value, at) => (at % 3 === 1 ? 0.1 : value));
  const { coefficients } = fitLogistic({ ...settings, x, y, weights, width: 3, classes: 2, regParam: 0.01 });
  expect(coefficients[1]).toBe(0);
});

it('ignores rows of weight 0', () => {
  const all = problem(60, 3, 3);
  const weights = all.weights.map((_, row) => (row < 45 ? 1 : 0));
  const some = { ...all, x: all.x.slice(0, 45 * 3), y: all.y.slice(0, 45), weights: weights.slice(0, 45) };
  const a = fitLogistic({ ...all, ...settings, weights, regParam: 0.01 });
  const b = fitLogistic({ ...some, ...settings, regParam: 0.01 });
  a.coefficients.forEach((value, at) => expect(value).toBeCloseTo(b.coefficients[at]!, 9));
});
