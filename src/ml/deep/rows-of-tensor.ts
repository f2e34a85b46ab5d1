import { VectorColumn, type Column } from '../dataset/column.js';
import type { ModelTensor } from '../engines/tensor-protocol.js';
import type { Tensor } from '../safetensors.js';

type Numbers = Tensor['data'];

/** A model's output as a column: numbers for one axis (the rows), vectors for two, `{shape, data}` a row for more. int64 becomes float64. */
export function columnOfTensor(tensor: ModelTensor): Column {
  const data = numbersOf(tensor);
  const [rows, ...shape] = tensor.shape;
  if (shape.length === 0) return data;
  if (shape.length === 1) return vectorsOf(data, shape[0]!);
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: rows! }, (_, row): Tensor => ({ shape, data: data.slice(row * size, (row + 1) * size) }));
}

/** A model's output with one flat vector a row, whatever its axes. */
export function flatRows(tensor: ModelTensor): VectorColumn {
  const data = numbersOf(tensor);
  return vectorsOf(data, data.length / tensor.shape[0]!);
}

function vectorsOf(data: Numbers, width: number): VectorColumn {
  return new VectorColumn(data instanceof Int32Array ? Float64Array.from(data) : data, width);
}

function numbersOf({ data }: ModelTensor): Numbers {
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  return data instanceof Int8Array || data instanceof Uint8Array ? Int32Array.from(data) : data;
}
