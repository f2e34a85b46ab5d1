import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  closeModels,
  Dataset,
  LazyImage,
  TFImageTransformer,
  TFTransformer,
  type Row,
  type TFImageTransformerParams,
} from '../../../src/index.js';
import { TfjsModel } from '../../../src/ml/engines/tfjs-model.js';
import { hasTfjsNode } from './has-tfjs-node.js';
import { absoluteDifference, expectParity } from '../../parity.js';

const folder = new URL('../../golden/zoo/tensorflow/', import.meta.url).pathname;

interface Golden {
  readonly rows: Row[];
  readonly columns: [number[], number[], number[]];
  readonly images: { readonly height: number; readonly width: number; readonly rgb: number[] }[];
  readonly pictures: number[][];
}

let golden: Golden;
beforeAll(async () => void (golden = JSON.parse(await readFile(`${folder}golden.json`, 'utf8')) as Golden));
afterAll(closeModels);

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expectParity('TFTransformer', absoluteDifference(actual, expected));
}

const flat = (rows: readonly Row[], column: string): number[] =>
  rows.flatMap((row) => (typeof row[column] === 'number' ? [row[column]] : Array.from(row[column] as Float32Array)));

describe('TFTransformer', { timeout: 60_000 }, () => {
  it('answers as TensorFlow does for 100 rows, several types, many inputs and outputs', async () => {
    const stage = new TFTransformer({
      modelFile: `${folder}columns/model.json`,
      inputMapping: { f: 'f:0', i: 'i', a: 'a:0', b: 'b' },
      outputMapping: { 'Identity:0': 'max', Identity_1: 'imax', 'Identity_2:0': 'sum' },
    });
    const rows = await stage.transform(Dataset.fromRows(golden.rows)).toRows();
    ['max', 'imax', 'sum'].forEach((column, n) => expectClose(flat(rows, column), golden.columns[n]!));
  });

  it('reads a frozen GraphDef, and gives tensors within the graph by their names', async () => {
    const inputMapping = { f: 'f:0', i: 'i', a: 'a:0', b: 'b' };
    const modelFile = `${folder}columns/frozen.pb`;
    const stage = new TFTransformer({
      modelFile,
      inputMapping,
      outputMapping: { 'Identity:0': 'max', Identity_1: 'imax', 'Identity_2:0': 'sum', 'Sum:0': 'inner' },
    });
    const rows = await stage.transform(Dataset.fromRows(golden.rows)).toRows();
    ['max', 'imax', 'sum'].forEach((column, n) => expectClose(flat(rows, column), golden.columns[n]!));
    const sums = golden.rows.map(({ b }) => (b as number[][]).flat().reduce((sum, each) => sum + each, 0));
    expectClose(flat(rows, 'inner'), sums);
    const wrong = new TFTransformer({ modelFile, inputMapping, outputMapping: { nothing: 'y' } });
    await expect(wrong.transform(Dataset.fromRows(golden.rows)).count()).rejects.toThrow(/Identity, Identity_1, Identity_2$|Identity/);
  });

  it('says what is wrong with a file that is no frozen GraphDef', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'graph-def-'));
    const rowsOf = (file: string) =>
      new TFTransformer({ modelFile: join(directory, file), inputCol: 'x', outputCol: 'y' })
        .transform(Dataset.fromRows([{ x: [1] }]))
        .toRows();
    await writeFile(join(directory, 'empty.pb'), '');
    await expect(rowsOf('empty.pb')).rejects.toThrow('it holds no node');
    // NodeDef {name: "w", op: "VarHandleOp"}
    await writeFile(join(directory, 'variable.pb'), Buffer.from('\n\x10\n\x01w\x12\x0bVarHandleOp', 'latin1'));
    await expect(rowsOf('variable.pb')).rejects.toThrow('it is not frozen: w is a variable');
    await rm(directory, { recursive: true });
  });

  it.skipIf(hasTfjsNode)('says what a SavedModel needs where tfjs-node is not there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'saved-model-'));
    await writeFile(join(directory, 'saved_model.pb'), '');
    const stage = new TFTransformer({ modelFile: directory, inputCol: 'x', outputCol: 'y' });
    await expect(stage.transform(Dataset.fromRows([{ x: [1] }])).toRows()).rejects.toThrow(/a SavedModel needs @tensorflow\/tfjs-node/);
    await rm(directory, { recursive: true });
  });

  it('gives back every tensor', async () => {
    await tf.setBackend('cpu');
    const graph = await TfjsModel.load(tf, { file: `${folder}columns/model.json` });
    const feeds = {
      f: { type: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) },
      i: { type: 'int32', shape: [1, 2], data: Int32Array.of(1, 2) },
      a: { type: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) },
      b: { type: 'float32', shape: [1, 2, 2], data: Float32Array.of(1, 2, 3, 4) },
    } as const;
    const named = Object.fromEntries(graph.inputs.map(({ name }) => [name, feeds[name.replace(':0', '') as keyof typeof feeds]]));
    const outputs = graph.outputs.map(({ name }) => name);
    await graph.run(named, outputs);
    const after = tf.memory().numTensors;
    for (let n = 0; n < 3; n++) await graph.run(named, outputs);
    expect(tf.memory().numTensors).toBe(after);
    graph.dispose();
  });
});

describe('TFImageTransformer', { timeout: 60_000 }, () => {
  const options = { inputCol: 'image', outputCol: 'y', modelFile: `${folder}picture/model.json`, channelOrder: 'RGB' } as const;

  async function answers(change: Partial<TFImageTransformerParams>, images: readonly unknown[]): Promise<unknown[]> {
    const stage = new TFImageTransformer({ ...options, ...change });
    return (await stage.transform(Dataset.fromRows(images.map((image) => ({ image })))).toRows()).map((row) => row['y']);
  }

  const lazy = (swap: boolean) =>
    golden.images.map(({ rgb, width, height }) => {
      const bytes = Uint8Array.from(rgb, (_, at) => rgb[swap ? at + 2 - 2 * (at % 3) : at]!);
      return LazyImage.from(bytes, { encoding: 'rgb8', width, height });
    });

  it('answers as TensorFlow does for pictures of several sizes, with null for null', async () => {
    const [first, second, third, none] = await answers({}, [...lazy(false), null]);
    [first, second, third].forEach((answer, n) => expectClose(Array.from(answer as Float32Array), golden.pictures[n]!));
    expect(none).toBeNull();
  });

  it('reads a frozen GraphDef', async () => {
    const found = await answers({ modelFile: `${folder}picture/frozen.pb`, inputTensor: 'sparkdl_image_input:0' }, lazy(false));
    found.forEach((answer, n) => expectClose(Array.from(answer as Float32Array), golden.pictures[n]!));
  });

  it('turns the channels for a graph that expects BGR, and takes image structs', async () => {
    const structs = golden.images.map(({ rgb, width, height }) => ({
      origin: '',
      width,
      height,
      nChannels: 3,
      mode: 16,
      data: Uint8Array.from(rgb),
    }));
    const turned = await answers({ channelOrder: 'BGR' }, lazy(true));
    turned.forEach((answer, n) => expectClose(Array.from(answer as Float32Array), golden.pictures[n]!));
    const straight = await answers({ channelOrder: 'BGR' }, structs);
    straight.forEach((answer, n) => expectClose(Array.from(answer as Float32Array), golden.pictures[n]!));
  });

  it('says that a graph of colour pictures takes no grey ones', async () => {
    await expect(answers({ channelOrder: 'L' }, lazy(false))).rejects.toThrow(/takes \[\?, \?, 3\] a row, got \[7, 9, 1\]/);
  });

  it('gives the shape with outputMode image', async () => {
    const [first] = (await answers({ outputMode: 'image' }, lazy(false))) as { shape: number[] }[];
    expect(first!.shape).toEqual([4]);
  });
});
