import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isError } from '../errors.js';
import type { Row } from '../ml/dataset/batch.js';
import type { Dataset } from '../ml/dataset/dataset.js';
import { Estimator } from '../ml/estimator.js';
import { Evaluator } from '../ml/evaluation/evaluator.js';
import type { Check } from '../ml/params.js';
import { loadStage } from '../ml/stage-files.js';
import type { Stage } from '../ml/stage.js';
import { isTransformer, Transformer } from '../ml/transformer.js';
import { transform } from '../operators/transform.js';
import type { Format } from '../serde/serde.js';
import { topology } from '../topology/topology.js';
import { TopologyDriver } from './topology-driver.js';

/** What it takes of a test runner. */
interface StageHooks {
  readonly describe: (name: string, define: () => void) => void;
  readonly it: (name: string, run: () => void | Promise<void>) => void;
}

/** The contract of estimators, on one that `dataset` fits; `dataset` needs some ten rows. */
export function checkEstimator({ describe, it }: StageHooks, make: () => Estimator, dataset: Dataset): void {
  describe(`${make().spec.type} as an estimator`, () => {
    it('keeps its parameters and learns the same twice', async () => {
      const estimator = make();
      const before = estimator.explainParams();
      const [one, two] = [await estimator.fit(dataset), await estimator.fit(dataset)];
      assert.equal(estimator.explainParams(), before);
      assert.deepEqual(await rowsOf(one, dataset), await rowsOf(two, dataset));
    });
    it('learns from a copy what it learns itself', async () => {
      const estimator = make();
      const copy = estimator.copy();
      assert.equal(copy.uid, estimator.uid);
      assert.deepEqual(await rowsOf(await copy.fit(dataset), dataset), await rowsOf(await estimator.fit(dataset), dataset));
    });
    it('fits the same after it was saved and loaded', () =>
      inFolder(async (folder) => {
        const estimator = make();
        await estimator.save(join(folder, 'estimator'));
        const loaded = await loadStage(join(folder, 'estimator'), Estimator);
        assert.equal(loaded.explainParams(), estimator.explainParams());
        assert.deepEqual(await rowsOf(await loaded.fit(dataset), dataset), await rowsOf(await estimator.fit(dataset), dataset));
      }));
    it('refuses a data set without its columns', async () => {
      await assert.rejects(make().fit(dataset.select()), isCode('HW_COLUMN_MISSING'));
    });
    it('gives one model a parameter map', async () => {
      const found: number[] = [];
      for await (const [index, model] of make().fitMultiple(dataset, [[], []])) {
        found.push(index);
        assert.ok(isTransformer(model));
      }
      assert.deepEqual(found.sort(), [0, 1]);
    });
  });
  checkParams({ describe, it }, make, (estimator) => estimator.fit(dataset));
  checkTransformer({ describe, it }, () => make().fit(dataset), dataset);
}

/** The contract of evaluators, on one that can judge `dataset`. */
export function checkEvaluator({ describe, it }: StageHooks, make: () => Evaluator, dataset: Dataset): void {
  describe(`${make().spec.type} as an evaluator`, () => {
    it('gives the same number from a copy, and after it was saved and loaded', () =>
      inFolder(async (folder) => {
        const evaluator = make();
        await evaluator.save(join(folder, 'evaluator'));
        const loaded = await loadStage(join(folder, 'evaluator'), Evaluator);
        const expected = await evaluator.evaluate(dataset);
        assert.ok(Number.isFinite(expected));
        assert.equal(await loaded.evaluate(dataset), expected);
        assert.equal(await evaluator.copy().evaluate(dataset), expected);
        assert.equal(loaded.isLargerBetter(), evaluator.isLargerBetter());
      }));
    it('refuses a data set without its columns', async () => {
      await assert.rejects(make().evaluate(dataset.select()), isCode('HW_COLUMN_MISSING'));
    });
  });
  checkParams({ describe, it }, make, (evaluator) => evaluator.evaluate(dataset));
}

/** The contract of parameters: the constructor and `copy` take what they get, and `use` (fit, transform, evaluate) refuses what is wrong. */
function checkParams<S extends Stage>({ describe, it }: StageHooks, make: () => S | Promise<S>, use: (stage: S) => Promise<unknown>): void {
  describe('with parameters', () => {
    it('explains each of them', async () => {
      const stage = await make();
      const lines = stage.explainParams();
      for (const [name, { doc }] of Object.entries(stage.spec.params)) assert.ok(lines.includes(`${name}: ${doc} (`), name);
    });
    it('refuses one that it does not have', async () => {
      const stage = await make();
      assert.throws(() => stage.copy([{ stage: stage.uid, name: 'no such parameter', value: 1 }]), isCode('HW_PARAM_UNKNOWN'));
    });
    it('takes any value in a copy, leaves the original as it is, and refuses a wrong one when it is used', async () => {
      const stage = await make();
      const before = stage.explainParams();
      for (const [name, { check }] of Object.entries(stage.spec.params as Record<string, { check: Check }>)) {
        const wrong = [NaN, {}, () => 0].find((value) => !check.holds(value));
        const copy = stage.copy([{ stage: stage.uid, name, value: wrong }]);
        assert.equal(copy.uid, stage.uid);
        assert.deepEqual((copy.params as Record<string, unknown>)[name], wrong);
        await assert.rejects(
          async () => use(copy),
          (thrown) => isError(thrown, 'HW_PARAM_INVALID') && thrown.message.includes(name),
          name,
        );
      }
      assert.equal(stage.explainParams(), before);
    });
    it('leaves settings of other stages alone', async () => {
      const stage = await make();
      assert.equal(stage.copy([{ stage: 'another stage', name: 'regParam', value: 1 }]).explainParams(), stage.explainParams());
    });
  });
}

/** The contract of transformers and fitted models. */
export function checkTransformer({ describe, it }: StageHooks, make: () => Transformer | Promise<Transformer>, dataset: Dataset): void {
  checkParams({ describe, it }, make, (transformer) => transformer.transform(dataset).count());
  describe('as a transformer', () => {
    it('adds the columns that it names, and keeps the others', async () => {
      const transformer = await make();
      const out = transformer.transform(dataset);
      assert.deepEqual(out.columns, [...dataset.columns, ...transformer.outputCols()]);
      assert.deepEqual(await out.select(...dataset.columns).toRows(), await dataset.toRows());
    });
    it('gives the same row by row as on a data set', async () => {
      const transformer = await make();
      const rows = await dataset.limit(10).toRows();
      const single = await Promise.all(rows.map((row) => transformer.apply(row)));
      assert.deepEqual(single, await transformer.transform(dataset).limit(10).toRows());
    });
    it('gives the same as an operator on a stream', async () => {
      const transformer = await make();
      const format = rowsInMemory();
      const piped = topology('piped', ({ source, sink }) => sink('out', format, source('in', format).pipe(transform(transformer))));
      const driver = await TopologyDriver.start(piped);
      try {
        const rows = await dataset.limit(10).toRows();
        await driver.pipe(
          'in',
          format,
          rows.map((value) => ({ key: 'row', value })),
        );
        const out = (await driver.read('out', format)).map(({ value }) => value);
        assert.deepEqual(out, await transformer.transform(dataset.limit(10)).toRows());
      } finally {
        await driver.close();
      }
    });
    it('gives the same from a copy', async () => {
      const transformer = await make();
      assert.deepEqual(await rowsOf(transformer.copy(), dataset), await rowsOf(transformer, dataset));
    });
    it('gives the same after it was saved and loaded', () =>
      inFolder(async (folder) => {
        const transformer = await make();
        await transformer.save(join(folder, 'transformer'));
        const loaded: Transformer = await loadStage(join(folder, 'transformer'), Transformer);
        assert.equal(loaded.explainParams(), transformer.explainParams());
        assert.deepEqual(await rowsOf(loaded, dataset), await rowsOf(transformer, dataset));
      }));
    it('refuses to write over a column, and to read one that is not there', async () => {
      const transformer = await make();
      if (transformer.outputCols().length > 0)
        assert.throws(() => transformer.transform(transformer.transform(dataset)), isCode('HW_COLUMN_EXISTS'));
      if (transformer.inputCols().length > 0) assert.throws(() => transformer.transform(dataset.select()), isCode('HW_COLUMN_MISSING'));
    });
    it('takes a data set without rows', async () => {
      assert.equal(await (await make()).transform(dataset.limit(0)).count(), 0);
    });
  });
}

function rowsOf(transformer: Transformer, dataset: Dataset): Promise<Row[]> {
  return transformer.transform(dataset).toRows();
}

function isCode(code: Parameters<typeof isError>[1]): (thrown: unknown) => boolean {
  return (thrown) => isError(thrown, code);
}

/** Records hold the number of a row that stays in memory, so that pictures and vectors come out as they went in. */
function rowsInMemory(): Format<Row> {
  const rows: Row[] = [];
  return {
    name: 'rows in memory',
    bind: () => ({
      serialize: (row) => Buffer.from(String(rows.push(row) - 1)),
      deserialize: (bytes) => rows[Number(Buffer.from(bytes!))]!,
    }),
  };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'check-stage-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
