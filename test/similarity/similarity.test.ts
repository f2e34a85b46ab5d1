import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { Dataset, farthestFirst, LocalOutlierFactor, NearestNeighbors, VectorColumn, type Neighbor } from 'headwater';

import { distance, type Metric } from '../../src/similarity/distance.js';
import { rowOf, VectorSearch } from '../../src/similarity/vector-search.js';
import { absoluteDifference, expectParity, relativeDifference } from '../parity.js';

interface Golden {
  readonly rows: number[][];
  readonly distances: number[][];
  readonly factors: number[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/similarity/similarity.json', import.meta.url), 'utf8')) as Record<
  Metric,
  Golden
> & { farthestFirst: number[] };
const metrics = ['euclidean', 'cosine'] as const;
const width = 16;

/** The numbers of make_similarity.py. */
function table(rows: number, phase: number): VectorColumn {
  const numbers = Float32Array.from({ length: rows * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    return Math.sin(1.3 * i + 0.7 * j + 0.01 * i * j + phase) + Math.cos(((i % 5) + 1) * (j + 2));
  });
  return new VectorColumn(numbers, width);
}

const vectors = Dataset.fromColumns({ features: table(200, 0), id: Array.from({ length: 200 }, (_, row) => `frame ${row}`) });
const queries = Dataset.fromColumns({ features: table(30, 0.2) });
const io = { inputCol: 'features', outputCol: 'out' };

describe.each(metrics)('by %s', (metric) => {
  it('finds the neighbours of scikit-learn', async () => {
    const model = await new NearestNeighbors({ ...io, metric, idCol: 'id' }).fit(vectors);
    const found = (await model.transform(queries).column('out')) as readonly Neighbor[][];
    const strangers = found.flatMap((of, row) => of.filter(({ id }, n) => id !== `frame ${golden[metric].rows[row]![n]!}`));
    expectParity('NearestNeighbors: rows that differ', strangers.length);
    const distances = found.flat().map((neighbor) => neighbor.distance);
    expectParity('NearestNeighbors: distances', absoluteDifference(distances, golden[metric].distances.flat()));
  });

  it('finds the local outlier factors of scikit-learn', async () => {
    const model = await new LocalOutlierFactor({ ...io, metric }).fit(vectors);
    const factors = (await model.transform(queries).column('out')) as Float64Array;
    expectParity('LocalOutlierFactor', relativeDifference(factors, golden[metric].factors));
  });

  it('finds among vectors that float32 cannot tell apart, and in several parts, what a loop over all finds', async () => {
    const wide = 300;
    const random = (n: number) => Math.sin(n * 12.9898) * 43758.5453 - Math.floor(Math.sin(n * 12.9898) * 43758.5453);
    const noisy = (rows: number, seed: number) => {
      // Twelve near twins of each vector, of numbers far from 0.
      const data = Float64Array.from({ length: rows * wide }, (_, at) => {
        const [i, j] = [Math.floor(at / wide), at % wide];
        return 50 + random(seed + Math.floor(i / 12) * wide + j) + 1e-7 * random(seed + 1 + at);
      });
      return { data, rows, width: wide };
    };
    const [all, asked] = [noisy(240, 0), noisy(40, 0.25)];
    const { rows, distances } = await new VectorSearch(all, metric, 50 * wide).nearest(asked, 3);
    for (let query = 0; query < asked.rows; query++) {
      const apart = Array.from({ length: all.rows }, (_, row) => distance(metric, rowOf(asked, query), rowOf(all, row)));
      const nearest = apart.map((_, row) => row).sort((a, b) => apart[a]! - apart[b]! || a - b);
      expect([...rows.subarray(query * 3, query * 3 + 3)]).toEqual(nearest.slice(0, 3));
      expect([...distances.subarray(query * 3, query * 3 + 3)]).toEqual(nearest.slice(0, 3).map((row) => apart[row]));
    }
  });
});

it('takes vectors of zeros, and numbers whose squares float32 cannot hold', async () => {
  const rows = [Float64Array.of(0, 0), Float64Array.of(1e25, 0), Float64Array.of(0, 3e25)].map((features) => ({ features }));
  const nearest = async (metric: Metric) => {
    const model = await new NearestNeighbors({ ...io, metric, k: 3 }).fit(Dataset.fromRows(rows));
    return (await model.transform(Dataset.fromRows([{ features: Float64Array.of(0, 2e25) }])).column('out')) as readonly Neighbor[][];
  };
  expect(await nearest('cosine')).toEqual([[2, 0, 1].map((id) => ({ id, distance: id === 2 ? 0 : 1 }))]);
  expect((await nearest('euclidean'))[0]!.map(({ id }) => id)).toEqual([2, 0, 1]);
});

it('tells a vector that lies apart, even where all others are equal', async () => {
  const same = Array.from({ length: 30 }, () => ({ features: Float64Array.of(1, 2) }));
  const model = await new LocalOutlierFactor({ ...io, metric: 'euclidean' }).fit(Dataset.fromRows(same));
  const [inlier, outlier] = (await model
    .transform(Dataset.fromRows([same[0]!, { features: Float64Array.of(1, 2.5) }]))
    .column('out')) as Float64Array;
  expect(inlier).toBe(1);
  expect(outlier).toBeGreaterThan(1e6);
});

it('refuses more neighbours than there are, and vectors of another width', async () => {
  await expect(new NearestNeighbors({ ...io, k: 201 }).fit(vectors)).rejects.toThrow('k must be at most the 200 vectors');
  await expect(new LocalOutlierFactor({ ...io, k: 200 }).fit(vectors)).rejects.toThrow('k must be at most the 199 vectors');
  const model = await new NearestNeighbors(io).fit(vectors);
  const narrow = Dataset.fromRows([{ features: Float64Array.of(1, 2) }]);
  await expect(model.transform(narrow).collect()).rejects.toThrow('takes 16 features, got 2');
});

it('chooses rows that lie far from one another, as the algorithm of the paper does', async () => {
  const chosen = await farthestFirst(vectors, { count: 12, metric: 'euclidean' });
  expect(await chosen.column('id')).toEqual(golden.farthestFirst.map((row) => `frame ${row}`));
  expect(await (await farthestFirst(vectors, { count: 999 })).count()).toBe(200);
});
