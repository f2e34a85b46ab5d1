import { setImmediate } from 'node:timers/promises';
import { selectRows } from '../ml/dataset/batch.js';
import { Dataset } from '../ml/dataset/dataset.js';
import { learnableMatrix, type Matrix } from '../ml/feature/vectors.js';
import { argmax } from '../ml/solve/vector-math.js';
import { distance, type Metric } from './distance.js';
import { rowOf } from './vector-search.js';

export interface FarthestFirstOptions {
  /** The column of vectors. Default `features`. */
  readonly inputCol?: string;
  /** Rows to choose. */
  readonly count: number;
  /** Default `cosine`. */
  readonly metric?: Metric;
}

/**
 * Rows that cover a data set, say the frames worth a label: the first row, then each time the one that lies farthest from all chosen ones (Gonzalez 1985,
 * "k-center greedy"). No choice of as many rows leaves the farthest row less than half as far away. Rejects with HW_NO_ROWS, HW_VECTOR_EXPECTED,
 * HW_FEATURES_FINITE.
 *
 * @example await farthestFirst(featurizer.transform(frames), { count: 50 })
 */
export async function farthestFirst(
  dataset: Dataset,
  { inputCol = 'features', count, metric = 'cosine' }: FarthestFirstOptions,
): Promise<Dataset> {
  const batch = await dataset.collect();
  const rows = await spreadOut(learnableMatrix(batch, inputCol), Math.min(count, batch.length), metric);
  return Dataset.fromColumns(selectRows(batch, rows).columns);
}

async function spreadOut(vectors: Matrix, count: number, metric: Metric): Promise<number[]> {
  const chosen: number[] = [];
  const apart = new Float64Array(vectors.rows).fill(Infinity);
  for (let next = 0; chosen.length < count; next = argmax(apart)) {
    chosen.push(next);
    const newest = rowOf(vectors, next);
    for (let row = 0; row < vectors.rows; row++) apart[row] = Math.min(apart[row]!, distance(metric, newest, rowOf(vectors, row)));
    apart[next] = -1; // chosen once
    await setImmediate(); // others wait for the event loop too
  }
  return chosen;
}
