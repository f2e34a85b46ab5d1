import { error } from '../../errors.js';
import { valueAt, VectorColumn, type Column } from '../dataset/column.js';
import type { ModelTensor, TensorData, TensorInfo, TensorType } from '../engines/tensor-protocol.js';
import { tensorTypes } from '../engines/tensor-protocol.js';

/** A value of a column that is more than a vector: row-major numbers and their sizes. */
interface Block {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint | boolean>;
}

/**
 * Rows of a column as the tensor that a model's input takes: rows x the shape of one row. A row is a number, a vector, nested lists of numbers or
 * `{shape, data}`; a flat vector serves an input of more axes when the sizes are known. Throws HW_TENSOR_SHAPE and HW_TENSOR_VALUE.
 */
export function tensorOfRows(column: Column, rows: readonly number[], name: string, info: TensorInfo): ModelTensor {
  const type = tensorTypes.find((known) => known === info.type);
  if (type === undefined) throw error('HW_TENSOR_TYPE', { tensor: info.name, type: info.type });
  const declared = info.shape.slice(1);
  const first = blockOf(valueAt(column, rows[0]!));
  const shape = first === undefined ? undefined : shapeFor(first, declared);
  const size = (shape ?? []).reduce((product, length) => product * length, 1);
  const data = allocate(type, size * rows.length);
  for (const [at, row] of rows.entries()) {
    const block = blockOf(valueAt(column, row));
    const own = block === undefined ? undefined : shapeFor(block, declared);
    if (own === undefined || own.join() !== shape?.join()) {
      const expected = shape !== undefined && own !== undefined ? `[${shape.join(', ')}] as the rows before` : describeShape(declared);
      throw error('HW_TENSOR_SHAPE', { column: name, row, tensor: info.name, expected, got: describe(block, valueAt(column, row)) });
    }
    const wrong = fill(data, type, at * size, block!.data);
    if (wrong !== undefined) throw error('HW_TENSOR_VALUE', { column: name, row, tensor: info.name, type, got: String(wrong) });
  }
  return { type, shape: [rows.length, ...(shape ?? [])], data };
}

/** The vectors of a column without a copy, where column and input agree in everything. */
export function tensorOfVectors(column: Column, info: TensorInfo): ModelTensor | undefined {
  if (!(column instanceof VectorColumn) || !(column.data instanceof Float32Array) || info.type !== 'float32') return undefined;
  const [, width, ...more] = info.shape;
  if (more.length > 0 || info.shape.length !== 2 || (width !== undefined && width !== column.width)) return undefined;
  const { data } = column;
  // A view would take its whole buffer along to the thread.
  const own = data.byteLength === data.buffer.byteLength ? data : data.slice();
  return { type: 'float32', shape: [column.length, column.width], data: own };
}

function blockOf(value: unknown): Block | undefined {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return { shape: [], data: [value] };
  if (ArrayBuffer.isView(value) && 'length' in value) {
    const data = value as unknown as ArrayLike<number>;
    return { shape: [data.length], data };
  }
  if (Array.isArray(value)) return blockOfList(value as readonly unknown[]);
  if (typeof value === 'object' && value !== null && 'shape' in value && 'data' in value) return value as Block;
  return undefined;
}

/** Nested lists of one depth and one length at each depth. */
function blockOfList(list: readonly unknown[]): Block | undefined {
  const blocks = list.map(blockOf);
  const [first] = blocks;
  if (first === undefined || blocks.some((block) => block?.shape.join() !== first.shape.join())) return undefined;
  return { shape: [list.length, ...first.shape], data: blocks.flatMap((block) => Array.from(block!.data)) };
}

function shapeFor({ shape, data }: Block, declared: readonly (number | undefined)[]): readonly number[] | undefined {
  const fits = shape.length === declared.length && shape.every((size, axis) => declared[axis] === undefined || declared[axis] === size);
  if (fits) return shape;
  const sizes = declared.filter((size) => size !== undefined);
  const isFlat = shape.length < 2 && sizes.length === declared.length;
  return isFlat && sizes.reduce((product, size) => product * size, 1) === data.length ? sizes : undefined;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

function allocate(type: TensorType, size: number): TensorData {
  return new arrays[type](size);
}

/** Puts a row's numbers in their place; answers with the first that the type cannot hold. */
function fill(target: TensorData, type: TensorType, at: number, values: Block['data']): number | bigint | boolean | undefined {
  const isFloat = type === 'float32' || type === 'float64';
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!;
    if (target instanceof BigInt64Array) {
      if (typeof value === 'number' && !Number.isSafeInteger(value)) return value;
      target[at + n] = BigInt(value);
      continue;
    }
    const number = Number(value);
    target[at + n] = number;
    if (!isFloat && (target[at + n] !== number || (type === 'bool' && number > 1))) return value;
  }
  return undefined;
}

function describe(block: Block | undefined, value: unknown): string {
  if (block !== undefined) return `[${block.shape.join(', ')}]`;
  return value === null ? 'null' : Array.isArray(value) ? 'a list that is ragged or holds no numbers' : typeof value;
}

function describeShape(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}
