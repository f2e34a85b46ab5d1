import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { Dataset, NearestNeighbors, VectorColumn, type Neighbor } from '../../src/index.js';
import type { Bench } from './bench.js';
import { PythonSide } from './python-side.js';
import { syntheticMatrix } from './search-matrix.js';

const VECTORS = 20_000;
const QUERIES = 510;
const K = 10;

interface Answer {
  readonly ms: number;
  readonly rows: readonly number[];
}

/**
 * The 10 nearest by cosine of each of 510 feature vectors among 20,000 x 1,280, against scikit-learn's `NearestNeighbors(algorithm="brute")` on the same numbers.
 * Before the clock starts both sides are held to the same neighbours. `--python` interpreter, `--runs`.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const { x, width } = syntheticMatrix(VECTORS + QUERIES);
  const [vectors, queries] = [x.subarray(0, VECTORS * width), x.subarray(VECTORS * width)];
  const reference = await PythonSide.start<Answer>(options['python'] ?? 'python3', 'neighbors_reference.py', [width, K], (folder) => {
    writeFileSync(path.join(folder, 'vectors.f32'), vectors);
    writeFileSync(path.join(folder, 'queries.f32'), queries);
  });
  const io = { inputCol: 'features', outputCol: 'neighbors' };
  const model = await new NearestNeighbors({ ...io, k: K }).fit(Dataset.fromColumns({ features: new VectorColumn(vectors, width) }));
  const asked = Dataset.fromColumns({ features: new VectorColumn(queries, width) });
  const search = async () => (await model.transform(asked).column('neighbors')) as readonly (readonly Neighbor[])[];

  const { rows } = await reference.ask('run');
  const differing = (await search()).flat().filter(({ id }, at) => id !== rows[at]).length;
  console.error(`${differing} of ${rows.length} neighbours differ`);
  // Theirs are float32's: close ones may stand the other way round.
  if (differing > rows.length / 1000) throw new Error('the neighbours differ');

  return {
    unit: 'ms',
    kind: 'time',
    runs: Number(options['runs'] ?? 5),
    async ours() {
      const start = performance.now();
      await search();
      return performance.now() - start;
    },
    async reference() {
      return (await reference.ask('run')).ms;
    },
    close: () => reference.close(),
  };
}
