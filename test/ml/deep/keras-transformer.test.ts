import { afterAll, expect, it } from 'vitest';
import { closeModels, Dataset, KerasTransformer, VectorColumn } from '../../../src/index.js';
import { expectParity } from '../../parity.js';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';

const layers = new URL('../../golden/zoo/layers/', import.meta.url).pathname;
afterAll(closeModels);

interface Matrix {
  readonly shape: number[];
  readonly data: Float32Array;
}

function golden<T>(name: string, read: (floats: (path: string) => Matrix) => T): Promise<T> {
  return readHdf5(`${layers}${name}.golden.h5`, (root) => read((path) => root.floats(path)));
}

it.each(['plain.h5', 'plain.keras'])('answers as Keras does for vectors: %s', async (file) => {
  const [x, y] = await golden('plain', (floats) => [floats('inputs/numbers'), floats('outputs/0')] as const);
  const stage = new KerasTransformer({ inputCol: 'x', outputCol: 'y', modelFile: `${layers}${file}` });
  const rows = await stage.transform(Dataset.fromColumns({ x: new VectorColumn(x.data, 4) })).toRows();
  rows.forEach((row, n) =>
    (row['y'] as Float32Array).forEach((value, i) => expectParity('KerasTransformer', Math.abs(value - y.data[n * 3 + i]!))),
  );
  expect(rows).toHaveLength(5);
});

it('answers as Keras does for a model of two picture inputs and two outputs, given flat vectors', async () => {
  const [left, right, b, a] = await golden(
    'nested',
    (floats) => ['inputs/left', 'inputs/right', 'outputs/0', 'outputs/1'].map(floats) as [Matrix, Matrix, Matrix, Matrix],
  );
  const stage = new KerasTransformer({
    modelFile: `${layers}nested.keras`,
    inputMapping: { l: 'left', r: 'right' },
    outputMapping: { b: 'classes', a: 'score' },
  });
  const data = Dataset.fromColumns({ l: new VectorColumn(left.data, 108), r: new VectorColumn(right.data, 108) });
  const rows = await stage.transform(data).toRows();
  rows.forEach((row, n) => {
    (row['classes'] as Float32Array).forEach((value, i) => expectParity('KerasTransformer', Math.abs(value - b.data[n * 3 + i]!)));
    expectParity('KerasTransformer', Math.abs((row['score'] as Float32Array)[0]! - a.data[n]!));
  });
});

it('names the model file when it cannot be read', async () => {
  const stage = new KerasTransformer({ inputCol: 'x', outputCol: 'y', modelFile: '/nowhere/model.h5' });
  await expect(stage.transform(Dataset.fromRows([{ x: [1] }])).toRows()).rejects.toThrow(
    /\/nowhere\/model\.h5 is no model that can be read: ENOENT/,
  );
});

it('runs a model with layers that cannot be written as ONNX in TF.js, answers as Keras does, and warns', async () => {
  const [x, y] = await golden('recurrent', (floats) => [floats('inputs/steps'), floats('outputs/0')] as const);
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  const stage = new KerasTransformer({ inputCol: 'x', outputCol: 'y', modelFile: `${layers}recurrent.h5` });
  const rows = await stage.transform(Dataset.fromColumns({ x: new VectorColumn(x.data, 28) })).toRows();
  rows.forEach((row, n) =>
    (row['y'] as Float32Array).forEach((value, i) => expectParity('KerasTransformer', Math.abs(value - y.data[n * 2 + i]!))),
  );
  expect((await warned).message).toMatch(/layer .* \((LSTM|Bidirectional)\) cannot be written as ONNX.* recurrent runs in TF\.js/);
});
