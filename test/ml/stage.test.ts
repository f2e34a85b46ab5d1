import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, expectTypeOf, it } from 'vitest';
import type { FeatureEvent } from '../../src/events/feature-event.js';
import type { Row } from '../../src/ml/dataset/batch.js';
import { Dataset } from '../../src/ml/dataset/dataset.js';
import { Normalizer } from '../../src/ml/feature/normalizer.js';
import type { ParamMap } from '../../src/ml/params.js';
import type { RowTransformer } from '../../src/ml/row-transformer.js';
import { Pipeline, PipelineModel } from '../../src/ml/pipeline.js';

const directory = await mkdtemp(join(tmpdir(), 'stage-'));
afterAll(() => rm(directory, { recursive: true }));

const vectors = Dataset.fromRows([{ x: Float64Array.of(3, 4) }, { x: Float64Array.of(0, 0) }, { x: Float64Array.of(1, 0) }]);
const normalizer = new Normalizer({ inputCol: 'x', outputCol: 'unit' });

it('stores parameters and validates them only when it is used', () => {
  const wrong = new Normalizer({ inputCol: 'x', outputCol: 'y', p: 0.5 });
  expect(() => wrong.transform(vectors)).toThrow('Normalizer: p must be a number >= 1, got 0.5');
  expect(() => new Normalizer({ inputCol: 'x' }).transform(vectors)).toThrow('Normalizer needs the parameter outputCol');
});

it('explains its parameters with default and current values', () => {
  expect(normalizer.explainParams().split('\n').at(-1)).toBe('p: which norm; Infinity for the largest magnitude (default: 2)');
  expect(normalizer.explainParams()).toContain('inputCol: input column (current: "x")');
});

it("answers Spark's questions about its parameters", () => {
  expect([normalizer.isSet('p'), normalizer.hasDefault('p'), normalizer.isDefined('p'), normalizer.getOrDefault('p')]).toEqual([
    false,
    true,
    true,
    2,
  ]);
  expect([normalizer.isSet('inputCol'), normalizer.hasDefault('inputCol'), normalizer.hasParam('q')]).toEqual([true, false, false]);
  expect(normalizer.explainParam('inputCol')).toBe('inputCol: input column (current: "x")');
  const values = (extra: ParamMap) => Object.fromEntries(normalizer.extractParamMap(extra).map(({ name, value }) => [name, value]));
  expect(values([])).toEqual({ p: 2, inputCol: 'x', outputCol: 'unit' });
  expect(values([normalizer.setting('p', 3)])).toEqual({ p: 3, inputCol: 'x', outputCol: 'unit' });
  expect(new Normalizer().isDefined('inputCol')).toBe(false);
  expect(() => new Normalizer().getOrDefault('inputCol')).toThrow('Normalizer needs the parameter inputCol');
  expect(() => normalizer.isSet('q' as 'p')).toThrow('Normalizer has no parameter q. Use one of: inputCol, outputCol, p.');
});

it('names numbers that are none in its messages', () => {
  expect(() => new Normalizer({ inputCol: 'x', outputCol: 'y', p: NaN }).validate()).toThrow('p must be a number >= 1, got NaN');
});

it('copies with changed parameters, leaves the original, and ignores settings of other stages', () => {
  const other = new Normalizer();
  const copy = normalizer.copy([normalizer.setting('p', 1), other.setting('p', 9)]);
  expect([copy.params.p, copy.uid, normalizer.params.p]).toEqual([1, normalizer.uid, 2]);
  expect(() => normalizer.copy([{ stage: normalizer.uid, name: 'q', value: 1 }])).toThrow('Normalizer has no parameter q');
});

it('gives the same numbers row by row as on a data set, and fails a bad row alone', async () => {
  const onData = await normalizer.transform(vectors).toRows();
  const rows = await vectors.toRows();
  const bad = { x: 'no vector' };
  const onStream = await Promise.allSettled([rows[0]!, bad, rows[1]!, rows[2]!].map((row) => normalizer.apply(row)));
  expect(onStream.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(onStream.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))).toEqual(onData);
});

it('takes the events of a stream as rows', () => {
  expectTypeOf(normalizer).toExtend<RowTransformer<FeatureEvent, Row | undefined>>();
});

it('refuses an output column that is there already and an input column that is not', () => {
  expect(() => new Normalizer({ inputCol: 'x', outputCol: 'x' }).transform(vectors)).toThrow(
    expect.objectContaining({ code: 'HW_COLUMN_EXISTS' }),
  );
  expect(() => new Normalizer({ inputCol: 'z', outputCol: 'y' }).transform(vectors)).toThrow(
    expect.objectContaining({ code: 'HW_COLUMN_MISSING' }),
  );
});

it('refuses a pipeline of what is no stage', async () => {
  await expect(new Pipeline([normalizer, 'no stage' as never]).fit(vectors)).rejects.toThrow(
    'stages[1] must be an estimator or a transformer',
  );
});

it('nests, copies, saves and loads pipelines', async () => {
  const inner = new Pipeline([normalizer, new Normalizer({ inputCol: 'unit', outputCol: 'again', p: 1 })]);
  const pipeline = new Pipeline([inner, new Normalizer({ inputCol: 'again', outputCol: 'last' })]);
  expect(
    pipeline
      .copy([normalizer.setting('p', 3)])
      .stage(0)
      .stage(0).params.p,
  ).toBe(3);
  const model = await pipeline.fit(vectors);
  expect([model.inputCols(), model.outputCols()]).toEqual([['x'], ['unit', 'again', 'last']]);
  await model.save(join(directory, 'model'));
  const loaded = await PipelineModel.load(join(directory, 'model'));
  expect(await loaded.transform(vectors).toRows()).toEqual(await model.transform(vectors).toRows());
  await expect(model.save(join(directory, 'model'))).rejects.toThrow(expect.objectContaining({ code: 'HW_PATH_EXISTS' }));
  await pipeline.save(join(directory, 'model'), { overwrite: true });
  expect((await Pipeline.load(join(directory, 'model'))).uid).toBe(pipeline.uid);
  await expect(Normalizer.load(join(directory, 'model'))).rejects.toThrow('it is a Pipeline, no Normalizer');
});

it('says what is wrong with a directory that holds no stage', async () => {
  await expect(Pipeline.load(join(directory, 'nothing'))).rejects.toThrow(expect.objectContaining({ code: 'HW_STAGE_FILE' }));
});
