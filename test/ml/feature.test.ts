import { expect, it } from 'vitest';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { IndexToString } from '../../src/ml/feature/index-to-string.js';
import { Normalizer } from '../../src/ml/feature/normalizer.js';
import { PCA } from '../../src/ml/feature/pca.js';
import { SparseVector } from '../../src/ml/feature/sparse-vector.js';
import { StandardScaler } from '../../src/ml/feature/standard-scaler.js';
import { StringIndexer, type StringIndexerParams } from '../../src/ml/feature/string-indexer.js';
import { VectorAssembler } from '../../src/ml/feature/vector-assembler.js';
import { Pipeline } from '../../src/ml/pipeline.js';
import { HashingTF } from '../../src/ml/text/hashing-tf.js';
import { IDF } from '../../src/ml/text/idf.js';
import { Tokenizer } from '../../src/ml/text/tokenizer.js';
import type { Transformer } from '../../src/ml/transformer.js';
import { expectParity, type ParityName } from '../parity.js';
import { expectClose, golden, sparkTable } from './spark-golden.js';

const { dataset } = sparkTable(50, 6, 3);
const wide = dataset.withColumn('features', ({ features }) => Float64Array.from(features as Float32Array));
const io = { inputCol: 'features', outputCol: 'out' };

async function firstRows(name: ParityName, stage: Transformer, rows: number[][]): Promise<void> {
  const out = await stage.transform(wide).limit(rows.length).toRows();
  out.forEach(({ out: vector }, row) => expectClose(name, vector as Float64Array, rows[row]!));
}

const sparse = ({ size, indices, values }: { size: number; indices: number[]; values: number[] }) =>
  new SparseVector(size, Int32Array.from(indices), Float64Array.from(values));

it.each(golden.standardScaler)('standardises as Spark: withMean $withMean, withStd $withStd', async ({ withMean, withStd, rows }) => {
  await firstRows('StandardScaler', await new StandardScaler({ ...io, withMean, withStd }).fit(wide), rows);
});

it.each(golden.normalizer)('normalises as Spark: p $p', ({ p, rows }) => firstRows('Normalizer', new Normalizer({ ...io, p }), rows));

it('finds the principal components of Spark, up to their sign', async () => {
  const model = await new PCA({ ...io, k: 3 }).fit(wide);
  expectClose('PCA: components up to their sign, explained variance', model.explainedVariance, golden.pca.explainedVariance);
  golden.pca.pc.forEach((component, k) => {
    const own = model.components.subarray(6 * k, 6 * k + 6);
    expectClose('PCA: components up to their sign, explained variance', own.map(Math.abs), component.map(Math.abs));
    expect(Math.max(...own)).toBe(Math.max(...own.map(Math.abs)));
  });
});

it.each(['frequencyDesc', 'frequencyAsc', 'alphabetDesc', 'alphabetAsc'] as const)(
  'indexes labels as Spark: %s',
  async (stringOrderType) => {
    const words = Dataset.fromRows(golden.stringIndexer.words.map((w) => ({ w })));
    const options: Partial<StringIndexerParams> = { inputCol: 'w', outputCol: 'i', stringOrderType };
    const model = await new StringIndexer(options).fit(words);
    expect(model.labels).toEqual(golden.stringIndexer[stringOrderType]);
    const back = new IndexToString({ inputCol: 'i', outputCol: 'again', labels: model.labels }).transform(model.transform(words));
    expect(await back.column('again')).toEqual(golden.stringIndexer.words);
    expectParity('StringIndexer and IndexToString: labels that differ', 0);
  },
);

it('refuses a label that it did not learn, or keeps it when told so', async () => {
  const [known, strange] = [Dataset.fromRows([{ w: 'a' }]), Dataset.fromRows([{ w: 'z' }])];
  const fail = await new StringIndexer({ inputCol: 'w', outputCol: 'i' }).fit(known);
  await expect(fail.transform(strange).count()).rejects.toThrow('the label z was not learned');
  const keep = await new StringIndexer({ inputCol: 'w', outputCol: 'i', handleInvalid: 'keep' }).fit(known);
  expect(await keep.transform(strange).toRows()).toEqual([{ w: 'z', i: 1 }]);
});

it('assembles numbers, booleans, dense and sparse vectors', async () => {
  const row = { a: 1, b: true, c: Float32Array.of(2, 3), d: new SparseVector(3, Int32Array.of(1), Float64Array.of(4)) };
  const [out] = await new VectorAssembler({ inputCols: ['a', 'b', 'c', 'd'], outputCol: 'v' }).transform(Dataset.fromRows([row])).toRows();
  expect(out!['v']).toEqual(Float64Array.of(1, 1, 2, 3, 0, 4, 0));
});

const texts = Dataset.fromRows(golden.tokenizer.texts.map((t) => ({ t })));
const words = new Tokenizer({ inputCol: 't', outputCol: 'w' }).transform(texts);

it('splits texts into the words of Spark', async () => {
  expect(await words.column('w')).toEqual(golden.tokenizer.words);
  expectParity('Tokenizer: texts whose words differ', 0);
});

it.each(golden.hashingTF)('hashes words to the places of Spark: $numFeatures, binary $binary', async ({ numFeatures, binary, rows }) => {
  const hashed = new HashingTF({ inputCol: 'w', outputCol: 'h', numFeatures, binary }).transform(words);
  expect(await hashed.column('h')).toEqual(rows.map(sparse));
  expectParity('HashingTF: indices and counts', 0);
});

it.each(golden.idf)('weighs words as Spark: minDocFreq $minDocFreq', async ({ minDocFreq, idf, rows }) => {
  const hashed = new HashingTF({ inputCol: 'w', outputCol: 'h', numFeatures: 20 }).transform(words);
  const model = await new IDF({ inputCol: 'h', outputCol: 'o', minDocFreq }).fit(hashed);
  expectClose('IDF: weights and weighted counts', model.idf, idf);
  const weighted = (await model.transform(hashed).toRows()).map(({ o }) => o as SparseVector);
  weighted.forEach((vector, row) => expectClose('IDF: weights and weighted counts', vector.values, rows[row]!.values));
});

it('weighs dense vectors as it does sparse ones', async () => {
  const hashed = new HashingTF({ inputCol: 'w', outputCol: 'h', numFeatures: 20 }).transform(words);
  const dense = hashed.withColumn('h', ({ h }) => (h as SparseVector).toDense());
  const [one, other] = [
    await new IDF({ inputCol: 'h', outputCol: 'o' }).fit(hashed),
    await new IDF({ inputCol: 'h', outputCol: 'o' }).fit(dense),
  ];
  expect(other.idf).toEqual(one.idf);
  const filled = (await one.transform(hashed).toRows()).map(({ o }) => (o as SparseVector).toDense());
  expect((await other.transform(dense).toRows()).map(({ o }) => o)).toEqual(filled);
});

it('leaves null texts null, and says which row is no text', async () => {
  const data = Dataset.fromRows([{ t: 'a b' }, { t: null }]);
  const tokenizer = new Tokenizer({ inputCol: 't', outputCol: 'w' });
  const hashing = new HashingTF({ inputCol: 'w', outputCol: 'h', numFeatures: 8 });
  const model = await new Pipeline([tokenizer, hashing, new IDF({ inputCol: 'h', outputCol: 'o' })]).fit(data);
  expect((await model.transform(data).toRows())[1]).toEqual({ t: null, w: null, h: null, o: null });
  const numbers = Dataset.fromRows([{ t: 5, w: 'no list' }]);
  await expect(tokenizer.transform(numbers.select('t')).count()).rejects.toThrow('column t, row 0: expected a text, got number');
  await expect(hashing.transform(numbers.select('w')).count()).rejects.toThrow('got string, no list of words');
});

it('keeps null as NaN in an assembled vector where it is told so, and refuses it otherwise', async () => {
  const data = Dataset.fromRows([
    { a: null, v: [1, 2] },
    { a: 3, v: null },
  ]);
  const io = { inputCols: ['a', 'v'], outputCol: 'o' };
  const kept = await new VectorAssembler({ ...io, handleInvalid: 'keep' }).transform(data).toRows();
  expect(kept.map(({ o }) => o)).toEqual([Float64Array.of(NaN, 1, 2), Float64Array.of(3, NaN, NaN)]);
  await expect(new VectorAssembler(io).transform(data).count()).rejects.toThrow('column a, row 0: expected a vector, got null');
  const nan = Dataset.fromRows([{ a: NaN, v: [1, 2] }]);
  await expect(new VectorAssembler(io).transform(nan).count()).rejects.toThrow('feature vector 0 holds NaN');
});

it('indexes booleans, and counts null as a label that was not learned', async () => {
  const data = Dataset.fromRows([true, false, true, null].map((w) => ({ w })));
  const model = await new StringIndexer({ inputCol: 'w', outputCol: 'i', handleInvalid: 'keep' }).fit(data);
  expect(model.labels).toEqual(['true', 'false']);
  expect(await model.transform(data).column('i')).toEqual(Float64Array.of(0, 1, 0, 2));
  const lists = Dataset.fromRows([{ w: ['a'] }]);
  await expect(new StringIndexer({ inputCol: 'w', outputCol: 'i' }).fit(lists)).rejects.toThrow(
    expect.objectContaining({ code: 'HW_LABEL_EXPECTED' }),
  );
});

it('refuses to learn scales and directions from too few rows, from none and from NaN, or to apply them to other widths', async () => {
  const rows = (...vectors: number[][]) =>
    Dataset.fromRows(
      vectors.map((features) => ({ features: Float64Array.from(features) })),
      ['features'],
    );
  for (const stage of [new StandardScaler(io), new PCA({ ...io, k: 1 })]) {
    await expect(stage.fit(rows())).rejects.toThrow(expect.objectContaining({ code: 'HW_NO_ROWS' }));
    await expect(stage.fit(rows([1, 2], [NaN, 3]))).rejects.toThrow('feature vector 1 holds NaN');
    const model: Transformer = await stage.fit(rows([1, 2], [2, 5]));
    await expect(model.transform(rows([1, 2, 3])).count()).rejects.toThrow('takes 2 features, got 3');
  }
  await expect(new PCA({ ...io, k: 1 }).fit(rows([1, 2]))).rejects.toThrow('PCA learns from 2 rows or more, got 1');
});
