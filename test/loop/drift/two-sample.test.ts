import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { permutationProbability } from '../../../src/loop/drift/feature-drift.js';
import { ksProbability } from '../../../src/loop/drift/ks-test.js';
import { energyDistance, mmd, psi } from '../../../src/loop/drift/two-sample.js';

/** A case of test/golden/drift/two-sample.json, which make_two_sample.py wrote. */
interface Case {
  readonly reference: number[][];
  readonly recent: number[][];
  readonly mmd: number;
  readonly energy: number;
  readonly psi: number;
}
const golden = JSON.parse(readFileSync(new URL('../../golden/drift/two-sample.json', import.meta.url), 'utf8')) as Case[];
const rows = (list: number[][]) => list.map((row) => Float32Array.from(row));

describe('distances of two samples', () => {
  it.each(golden.map((one, index) => ({ ...one, index })))('are those of numpy: $index', ({ reference, recent, ...expected }) => {
    const all = rows([...reference, ...recent]);
    const mark = Uint8Array.from(all, (_, row) => (row < reference.length ? 1 : 0));
    expect(mmd(all, reference.length)(mark)).toBeCloseTo(expected.mmd, 6);
    expect(energyDistance(all, reference.length)(mark)).toBeCloseTo(expected.energy, 6);
    expect(psi(all, reference.length)(mark)).toBeCloseTo(expected.psi, 6);
  });

  it('are significant where the samples differ and not where they do not', () => {
    const probability = ({ reference, recent }: Case) =>
      permutationProbability(mmd, rows(reference), rows(recent), { permutations: 200, seed: 1 });
    expect(probability(golden[0]!)).toBeGreaterThan(0.05);
    expect(probability(golden[1]!)).toBeLessThan(0.02);
    expect(probability(golden[2]!)).toBeLessThan(0.02);
  });
});

describe("Kolmogorov-Smirnov's exact probability", () => {
  // scipy.stats.ks_2samp(method="exact").pvalue for samples of equal size n with the statistic d
  it.each([
    [0.1, 30, 0.9988],
    [0.3, 30, 0.135],
    [0.4, 30, 0.0156],
    [1, 5, 0.00794],
  ])('is that of scipy for d = %d, n = %d', (statistic, n, expected) => {
    expect(ksProbability(statistic, n)).toBeCloseTo(expected, 3);
  });
});
