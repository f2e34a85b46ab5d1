import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isError } from '../errors.js';
import type { Row } from '../ml/dataset/batch.js';
import type { Dataset } from '../ml/dataset/dataset.js';
import { Estimator } from '../ml/estimator.js';
import { loadStage } from '../ml/stage-files.js';
import { isTransformer, Transformer } from '../ml/transformer.js';

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
    it('refuses a parameter that it does not have', () => {
      const estimator = make();
      assert.throws(() => estimator.copy([{ stage: estimator.uid, name: 'no such parameter', value: 1 }]), isCode('HW_PARAM_UNKNOWN'));
    });
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
  checkTransformer({ describe, it }, () => make().fit(dataset), dataset);
}

/** The contract of transformers and fitted models. */
export function checkTransformer({ describe, it }: StageHooks, make: () => Transformer | Promise<Transformer>, dataset: Dataset): void {
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

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'check-stage-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
