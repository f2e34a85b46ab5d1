import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeModels, Dataset, loadStage, OnnxTransformer, type Row } from '../../../src/index.js';
import { absoluteDifference, expectParity } from '../../parity.js';

const folder = new URL('../../golden/zoo/onnx/', import.meta.url).pathname;
const inputMapping = { number: 'number', vector: 'vector', matrix: 'matrix', block: 'block', ids: 'ids', flags: 'flags' };
const outputMapping = { largest: 'max', product: 'product', sums: 'sums', square: 'square', doubled: 'doubled', flag_numbers: 'numbers' };

interface Golden {
  readonly rows: Row[];
  readonly outputs: Record<keyof typeof outputMapping, number[]>;
  readonly fixed: { readonly x: number[][]; readonly y: number[] };
}

let golden: Golden;
beforeAll(async () => void (golden = JSON.parse(await readFile(`${folder}golden.json`, 'utf8')) as Golden));
afterAll(closeModels);

function ranks(batchSize: number): OnnxTransformer {
  return new OnnxTransformer({ modelFile: `${folder}ranks.onnx`, inputMapping, outputMapping, batchSize });
}

/** A column's rows as flat numbers. */
function flat(rows: readonly Row[], column: string): number[] {
  return rows.flatMap((row) => {
    const value = row[column];
    return Array.from(
      typeof value === 'number' ? [value] : 'shape' in (value as object) ? (value as { data: Float32Array }).data : (value as Float32Array),
    );
  });
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expectParity('OnnxTransformer', absoluteDifference(actual, expected));
}

describe('OnnxTransformer', () => {
  it.each([1, 3, 64])('maps inputs of one to four axes and five types to outputs, %i rows a run', async (batchSize) => {
    const rows = await ranks(batchSize).transform(Dataset.fromRows(golden.rows)).toRows();
    for (const [tensor, column] of Object.entries(outputMapping)) {
      expectClose(flat(rows, column), golden.outputs[tensor as keyof typeof outputMapping]);
    }
    expect((rows[0]!['product'] as { shape: number[] }).shape).toEqual([2, 2, 2]);
  });

  it('gives a row with a null nulls, and the others their answers', async () => {
    const holed = golden.rows.map((row, n) => (n === 2 ? { ...row, vector: null } : row));
    const rows = await ranks(3).transform(Dataset.fromRows(holed)).toRows();
    expect(Object.values(outputMapping).map((column) => rows[2]![column])).toEqual(Array.from({ length: 6 }, () => null));
    expectClose([rows[6]!['max'] as number], [golden.outputs.largest[6]!]);
  });

  it('fills up the last batch of a model with a fixed batch', async () => {
    const stage = new OnnxTransformer({ modelFile: `${folder}fixed.onnx`, inputCol: 'x', outputCol: 'y' });
    const six = [...golden.fixed.x, ...golden.fixed.x.slice(0, 2)].map((x) => ({ x }));
    expectClose(flat(await stage.transform(Dataset.fromRows(six)).toRows(), 'y'), [...golden.fixed.y, ...golden.fixed.y.slice(0, 6)]);
  });

  it('gives the same on a stream as on a data set, after saving and loading too', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'onnx-transformer-'));
    await ranks(64).save(join(directory, 'stage'));
    const stage = await loadStage(join(directory, 'stage'), OnnxTransformer);
    const rows = await Promise.all(golden.rows.map(async (row) => (await stage.apply(row))!));
    expectClose(flat(rows, 'product'), golden.outputs.product);
    await rm(directory, { recursive: true });
  });

  const wrong: [what: string, change: Row, message: RegExp][] = [
    ['a wrong size', { matrix: [[[1, 2]]] }, /column matrix, row 1: matrix takes \[1, 2, 3\] a row, got \[1, 1, 2\]/],
    ['rows of two shapes', { vector: [1, 2] }, /column vector, row 1: vector takes \[5\] as the rows before a row, got \[2\]/],
    ['a ragged list', { block: [[1], [1, 2]] }, /got a list that is ragged/],
    ['a fraction for an integer', { ids: [1, 2.5, 3] }, /column ids, row 1: ids takes int64, got 2\.5/],
    ['a number for a flag', { flags: [1, 2] }, /flags takes bool, got 2/],
    ['a text', { number: 'one' }, /number takes \[\] a row, got string/],
  ];
  it.each(wrong)('says where there is %s', async (_, change, message) => {
    const rows = [golden.rows[0]!, { ...golden.rows[1]!, ...change }];
    await expect(ranks(64).transform(Dataset.fromRows(rows)).toRows()).rejects.toThrow(message);
  });

  it('says which tensors there are when a mapping names another, or leaves one out', async () => {
    const data = Dataset.fromRows(golden.rows);
    const named = new OnnxTransformer({ modelFile: `${folder}ranks.onnx`, inputMapping: { number: 'nmber' }, outputMapping });
    await expect(named.transform(data).toRows()).rejects.toThrow(
      /no nmber among its inputs. Map one of: number, vector, matrix, block, ids, flags/,
    );
    const partial = new OnnxTransformer({ modelFile: `${folder}ranks.onnx`, inputMapping: { number: 'number' }, outputMapping });
    await expect(partial.transform(data).toRows()).rejects.toThrow(/nothing is mapped to the input vector/);
    const single = new OnnxTransformer({ modelFile: `${folder}ranks.onnx`, inputCol: 'number', outputCol: 'y' });
    await expect(single.transform(data).toRows()).rejects.toThrow(/ranks.onnx has 6 inputs: number/);
    expect(() => new OnnxTransformer({ modelFile: 'm.onnx', outputCol: 'y' }).validate()).toThrow(/inputCol.*inputMapping/);
  });

  it('refuses a file that is no model', async () => {
    const stage = new OnnxTransformer({ modelFile: `${folder}golden.json`, inputCol: 'number', outputCol: 'y' });
    await expect(stage.transform(Dataset.fromRows(golden.rows)).toRows()).rejects.toThrow(/HW_MODEL_LOAD|cannot be loaded/);
  });
});
