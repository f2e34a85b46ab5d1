import { error } from '../../errors.js';
import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { concatColumns, valueAt, valuesOf, type Column } from '../dataset/column.js';
import type { TensorModel } from '../engines/tensor-model.js';
import type { ModelTensor, NamedTensors, TensorInfo } from '../engines/tensor-protocol.js';
import { checks, integerFrom, type Check, type Declarations } from '../params.js';
import { Transformer } from '../transformer.js';
import { findTensor, onlyTensor } from './find-tensor.js';
import { columnOfTensor } from './rows-of-tensor.js';
import { tensorOfRows, tensorOfVectors } from './tensor-rows.js';

export interface TensorTransformerParams {
  modelFile: string;
  /** The column of a model with one input. */
  inputCol?: string;
  /** The column of a model with one output. */
  outputCol?: string;
  /** Column to tensor. */
  inputMapping?: Readonly<Record<string, string>>;
  /** Tensor to column. */
  outputMapping?: Readonly<Record<string, string>>;
  batchSize: number;
}

const mapping: Check = {
  expected: 'an object of names by names, not empty',
  holds: (value) =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0 && Object.values(value).every(checks.string.holds),
};

export const tensorTransformerParams: Declarations<TensorTransformerParams> = {
  modelFile: { doc: "path of the model's file", check: checks.string },
  inputCol: { doc: 'input column of a model with one input', check: checks.string, optional: true },
  outputCol: { doc: 'output column of a model with one output', check: checks.string, optional: true },
  inputMapping: { doc: 'input column to input tensor', check: mapping, optional: true },
  outputMapping: { doc: 'output tensor to output column', check: mapping, optional: true },
  batchSize: { doc: 'rows of one run', check: integerFrom(1), default: 64 },
};

/** Columns through a model of named tensors, in batches; a row with a null among its inputs gets nulls. */
export abstract class TensorTransformer<P extends TensorTransformerParams = TensorTransformerParams> extends Transformer<P> {
  protected abstract openModel(): Promise<TensorModel>;

  override inputCols(): readonly string[] {
    return this.params.inputMapping === undefined ? [this.params.inputCol!] : Object.keys(this.params.inputMapping);
  }

  override outputCols(): readonly string[] {
    return this.params.outputMapping === undefined ? [this.params.outputCol!] : Object.values(this.params.outputMapping);
  }

  override validate(): void {
    super.validate();
    const { inputCol, inputMapping, outputCol, outputMapping } = this.params;
    this.requireOne('inputCol', inputCol, 'inputMapping', inputMapping);
    this.requireOne('outputCol', outputCol, 'outputMapping', outputMapping);
  }

  override async compute(batch: Batch): Promise<Columns> {
    const model = await this.openModel();
    const inputs = this.inputsOf(model);
    const outputs = this.outputsOf(model);
    const columns = inputs.map(([column, info]) => ({ column: columnIn(batch, column), name: column, info }));
    const isWhole = (row: number) => columns.every(({ column }) => valueAt(column, row) != null);
    const rows = Array.from({ length: batch.length }, (_, row) => row).filter(isWhole);
    const size = fixedBatch(columns.map(({ info }) => info)) ?? this.params.batchSize;
    const parts: Column[][] = [];
    for (let start = 0; start < rows.length; start += size) {
      const chosen = rows.slice(start, start + size);
      const results = await model.run(
        feedsOf(columns, chosen, batch.length, size),
        outputs.map(([tensor]) => tensor),
      );
      parts.push(outputs.map(([tensor]) => columnOfTensor(trimmed(results[tensor]!, chosen.length, tensor, model))));
    }
    return Object.fromEntries(
      outputs.map(([, name], n) => [
        name,
        spread(
          parts.map((part) => part[n]!),
          rows,
          batch.length,
        ),
      ]),
    );
  }

  private inputsOf(model: TensorModel): [column: string, info: TensorInfo][] {
    const { inputMapping, inputCol } = this.params;
    const mapping = inputMapping ?? { [inputCol!]: onlyTensor(model, 'inputs').name };
    const pairs = Object.entries(mapping).map(([column, tensor]): [string, TensorInfo] => [column, findTensor(model, 'inputs', tensor)]);
    const unfed = model.inputs.find(({ name }) => !pairs.some(([, info]) => info.name === name));
    if (unfed !== undefined) throw error('HW_TENSOR_UNFED', { model: model.name, tensor: unfed.name });
    return pairs;
  }

  private outputsOf(model: TensorModel): [tensor: string, column: string][] {
    const { outputMapping, outputCol } = this.params;
    const mapping = outputMapping ?? { [onlyTensor(model, 'outputs').name]: outputCol! };
    return Object.entries(mapping).map(([tensor, column]) => [findTensor(model, 'outputs', tensor).name, column]);
  }

  private requireOne(name: string, value: unknown, other: string, otherValue: unknown): void {
    if ((value === undefined) !== (otherValue === undefined)) return;
    throw error('HW_PARAM_MISSING', { stage: this.spec.type, param: name, expected: `a column, or ${other} instead, and not both` });
  }
}

interface Fed {
  readonly column: Column;
  readonly name: string;
  readonly info: TensorInfo;
}

/** A model with a fixed batch gets its last rows padded with copies of the last one. */
function feedsOf(columns: readonly Fed[], rows: readonly number[], length: number, size: number): NamedTensors {
  const isFixed = fixedBatch(columns.map(({ info }) => info)) !== undefined;
  const padded = isFixed ? Array.from({ length: size }, (_, n) => rows[Math.min(n, rows.length - 1)]!) : rows;
  const feeds = columns.map(({ column, name, info }): [string, ModelTensor] => {
    const whole = padded.length === length && !isFixed ? tensorOfVectors(column, info) : undefined;
    return [info.name, whole ?? tensorOfRows(column, padded, name, info)];
  });
  return Object.fromEntries(feeds);
}

function fixedBatch(inputs: readonly TensorInfo[]): number | undefined {
  return inputs.map(({ shape }) => shape[0]).find((size) => size !== undefined);
}

function trimmed(tensor: ModelTensor, rows: number, name: string, model: TensorModel): ModelTensor {
  const [got = 0, ...shape] = tensor.shape;
  if (tensor.shape.length === 0 || got < rows) throw error('HW_TENSOR_ROWS', { tensor: name, model: model.name, got, expected: rows });
  return {
    ...tensor,
    shape: [rows, ...shape],
    data: tensor.data.subarray(
      0,
      shape.reduce((product, size) => product * size, rows),
    ),
  };
}

/** The answers in the places of their rows; null elsewhere. */
function spread(parts: readonly Column[], rows: readonly number[], length: number): Column {
  const answers = concatColumns(parts);
  if (rows.length === length) return answers;
  const column: unknown[] = Array.from({ length }, () => null);
  valuesOf(answers).forEach((value, n) => (column[rows[n]!] = value));
  return column;
}
