import { expect, it } from 'vitest';
import { VectorColumn } from '../../src/ml/dataset/column.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { LogisticRegression } from '../../src/ml/linear/logistic-regression.js';
import { fitLogistic } from '../../src/ml/solve/fit-logistic.js';
import { logisticTable } from './logistic-table.js';

it('fits many rows beside the event loop, to the same bytes', async () => {
  const [rows, width, classes] = [4000, 150, 3];
  const { x, y } = logisticTable(rows, width, classes, 3);
  const data = Dataset.fromColumns({ features: new VectorColumn(x, width), label: Float64Array.from(y) });
  const estimator = new LogisticRegression({ regParam: 1e-5 });
  const weights = new Float64Array(rows).fill(1);
  const alone = fitLogistic({ ...estimator.params, x, width, y, classes, weights, tolerance: 1e-9, maxIterations: 100 });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const { learned } = await estimator.fit(data);
  clearInterval(timer);
  expect(learned.coefficients).toEqual(alone.coefficients);
  // On the loop nothing would tick between the reading of the rows and the end.
  expect(ticks).toBeGreaterThan(10);
});
