import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fitHead } from '../../../src/ml/head/fit-head.js';
import { loadHead, saveHead } from '../../../src/ml/head/head-file.js';
import { decodeHead } from '../../../src/ml/head/head.js';
import { logisticTable } from '../logistic-table.js';

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
  probabilities: number[];
}
const goldens = JSON.parse(readFileSync(new URL('../../golden/ml/logistic.json', import.meta.url), 'utf8')) as Golden[];
const standardised = goldens.filter(({ standardization }) => standardization);
const { x, y } = logisticTable(90, 6, 3, 2);
const labels = Array.from(y, (k) => ['red', 'amber', 'green'][k]!);

it.each(standardised)('gives the probabilities of scikit-learn to 1e-6: $name', ({ n, d, classes, regParam, weighted, probabilities }) => {
  const table = logisticTable(n, d, classes, 2);
  const weights = weighted ? Float64Array.from({ length: n }, (_, row) => 0.5 + (row % 3)) : undefined;
  const head = fitHead(table.x, Array.from(table.y, String), { regParam, ...(weights && { weights }) });
  head.predict(table.x.subarray(0, 5 * d)).forEach((probability, at) => expect(probability).toBeCloseTo(probabilities[at]!, 6));
});

it('gives the same bytes, so the same version, for the same input', () => {
  const [a, b] = [fitHead(x, labels), fitHead(x.slice(), [...labels])];
  expect(a.encode()).toEqual(b.encode());
  expect(a.version).toMatch(/^[0-9a-f]{12}$/);
  expect(fitHead(x, labels, { regParam: 0.02 }).version).not.toBe(a.version);
});

it('reads back from its file, with version, labels and lineage', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'head-'));
  const head = fitHead(x, labels, { name: 'light', lineage: { featurizer: 'EfficientNetLite0', regParam: '0.01' } });
  await saveHead(head, join(directory, 'a', 'light.safetensors'));
  const loaded = await loadHead(join(directory, 'a', 'light.safetensors'));
  expect([loaded.name, loaded.version, loaded.labels, loaded.lineage]).toEqual([
    head.name,
    head.version,
    ['amber', 'green', 'red'],
    head.lineage,
  ]);
  expect(loaded.predict(x)).toEqual(head.predict(x));
  await writeFile(join(directory, 'bad'), head.encode().subarray(0, 100));
  await expect(loadHead(join(directory, 'bad'))).rejects.toThrow(expect.objectContaining({ code: 'HW_HEAD_FILE' }));
  await expect(loadHead(join(directory, 'none'))).rejects.toThrow(expect.objectContaining({ code: 'HW_HEAD_FILE' }));
  await rm(directory, { recursive: true });
});

it('says the one label it knows with certainty', () => {
  const head = fitHead(Float32Array.of(1, 2, 3, 4), ['only', 'only']);
  expect(Array.from(decodeHead(head.encode()).predict(Float32Array.of(9, 9)))).toEqual([1]);
});

it('refuses features that are no vectors, not finite, or of another width', () => {
  expect(() => fitHead(x.subarray(1), labels)).toThrow(expect.objectContaining({ code: 'HW_FEATURES_SHAPE' }));
  expect(() =>
    fitHead(
      x.map((value, at) => (at === 7 ? NaN : value)),
      labels,
    ),
  ).toThrow('feature vector 1 holds NaN');
  expect(() => fitHead(x, labels).predict(x.subarray(0, 5))).toThrow('takes 6 features, got 5');
});

it('fits separable features without a penalty to the iteration limit at most', () => {
  const head = fitHead(Float32Array.of(-2, -1, 1, 2), ['no', 'no', 'yes', 'yes'], { regParam: 0 });
  expect(head.predict(Float32Array.of(-2))[0]).toBeGreaterThan(0.999);
});
