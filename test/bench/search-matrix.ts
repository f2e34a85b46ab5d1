import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { featurizer, LazyImage } from '../../src/index.js';
import { closeLanes } from '../../src/ml/engines/lane-pool.js';
import { randomFolds } from '../../src/ml/selection/fold.js';
import { uniformAt } from '../../src/ml/random.js';
import { columnMoments, standardise } from '../../src/ml/solve/standardise.js';

/** Standardised features with labels and folds of equal size: what both sides of the search bench fit. */
export interface SearchMatrix {
  readonly x: Float32Array;
  readonly width: number;
  readonly y: Int32Array;
  readonly classes: number;
  /** The fold in which a row is judged. */
  readonly folds: Int32Array;
}

const FOLDS = 5;

/** Features of EfficientNet-Lite0 of pictures in one folder a class. */
export async function pictureMatrix(folder: string): Promise<SearchMatrix> {
  const parts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jpg'));
  const names = [...new Set(parts.map((file) => path.basename(path.dirname(file))))].sort();
  const network = featurizer();
  const vectors = await Promise.all(
    parts.map((file) => network.apply(LazyImage.from(new Uint8Array(readFileSync(path.join(folder, file)))))),
  );
  network.close();
  await closeLanes();
  const x = new Float32Array(parts.length * network.dimension);
  vectors.forEach(({ features }, row) => x.set(features, row * network.dimension));
  const y = Int32Array.from(parts, (file) => names.indexOf(path.basename(path.dirname(file))));
  return prepared(x, network.dimension, y, names.length);
}

/** Like features of a network: not negative, 40 correlated directions under noise, classes that overlap. */
export function syntheticMatrix(rows = 10_000, width = 1280, classes = 10): SearchMatrix {
  const hidden = 40;
  let drawn = 0;
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniformAt(1, drawn++))) * Math.cos(2 * Math.PI * uniformAt(1, drawn++));
  const directions = Float64Array.from({ length: hidden * width }, normal);
  const centres = Float64Array.from({ length: classes * hidden }, () => 0.6 * normal());
  const y = Int32Array.from({ length: rows }, () => Math.floor(uniformAt(1, drawn++) * classes));
  const x = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const sums = new Float64Array(width);
    for (let h = 0; h < hidden; h++) {
      const amount = (centres[y[row]! * hidden + h]! + normal()) / 6;
      for (let j = 0; j < width; j++) sums[j]! += amount * directions[h * width + j]!;
    }
    for (let j = 0; j < width; j++) x[row * width + j] = Math.max(0, sums[j]! + 0.5 * normal() + 0.3);
  }
  return prepared(x, width, y, classes);
}

/** As many rows as give folds of one size, so that one penalty means the same in all. */
function prepared(all: Float32Array, width: number, labels: Int32Array, classes: number): SearchMatrix {
  const rows = labels.length - (labels.length % FOLDS);
  const x = all.subarray(0, rows * width);
  const folds = new Int32Array(rows);
  randomFolds(rows, FOLDS, 1).forEach(({ test }, fold) => test.forEach((row) => (folds[row] = fold)));
  const scaled = standardise(x, columnMoments(x, width, new Float64Array(rows).fill(1)));
  return { x: Float32Array.from(scaled), width, y: labels.slice(0, rows), classes, folds };
}
