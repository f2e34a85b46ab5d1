import { error } from '../../errors.js';
import { columnIn, selectRows, type Batch, type Columns } from '../dataset/batch.js';
import { valueAt, valuesOf, VectorColumn } from '../dataset/column.js';
import type { Check } from '../params.js';
import { handleInvalid, sharedParams, type HandleInvalid } from '../shared-params.js';
import { SomeRows } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { SparseVector } from './sparse-vector.js';
import { matrixIn } from './vectors.js';

export interface VectorAssemblerParams {
  inputCols: readonly string[];
  outputCol: string;
  handleInvalid: HandleInvalid;
  /** Of columns of vectors. */
  vectorSizes?: Readonly<Record<string, number>>;
}

const sizes: Check = {
  expected: 'whole numbers from 1 by column',
  holds: (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every((size) => Number.isSafeInteger(size) && (size as number) > 0),
};

const spec: StageSpec<VectorAssemblerParams> = {
  type: 'VectorAssembler',
  params: {
    inputCols: sharedParams.inputCols,
    outputCol: sharedParams.outputCol,
    handleInvalid: handleInvalid('a null, or a number that is NaN, fails (error), leaves its row out (skip), or is kept as NaN', 'error'),
    vectorSizes: {
      doc: 'numbers that a null of a column of vectors is kept as; else as many as in other rows',
      check: sizes,
      optional: true,
    },
  },
};

/**
 * Joins numbers, booleans and vectors of a row into one vector, in the order of the columns, as Spark ML's; NaN within a vector is no matter of its.
 * Throws HW_VECTOR_EXPECTED for a null, HW_FEATURES_FINITE for NaN. To keep nulls of vectors row by row it has to know their size: `vectorSizes`,
 * Spark's `VectorSizeHint`; a null in a batch without a vector counts as one number otherwise.
 */
export class VectorAssembler extends Transformer<VectorAssemblerParams> {
  constructor(options: Partial<VectorAssemblerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return this.params.inputCols;
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override compute(batch: Batch): Columns | SomeRows {
    const { inputCols, outputCol, handleInvalid: mode } = this.params;
    if (mode === 'keep') return { [outputCol]: assembled(this.filled(batch), inputCols) };
    const columns = inputCols.map((name) => ({ name, column: columnIn(batch, name) }));
    const bad = (row: number) => columns.find(({ column }) => isInvalid(valueAt(column, row)));
    const rows = Int32Array.from({ length: batch.length }, (_, row) => row).filter((row) => bad(row) === undefined);
    if (rows.length === batch.length) return { [outputCol]: assembled(batch, inputCols) };
    if (mode === 'skip') return new SomeRows(rows, { [outputCol]: assembled(selectRows(batch, rows), inputCols) });
    const row = rows.findIndex((each, place) => each !== place);
    const at = row < 0 ? rows.length : row;
    const { name, column } = bad(at)!;
    if (Number.isNaN(valueAt(column, at))) throw error('HW_FEATURES_FINITE', { row: at, got: 'NaN' });
    throw error('HW_VECTOR_EXPECTED', { column: name, expected: 'a vector', got: 'null', row: at });
  }

  /** Nulls as NaN. */
  private filled({ length, columns }: Batch): Batch {
    const { inputCols, vectorSizes = {} } = this.params;
    const filled = inputCols.map((name) => {
      const values = valuesOf(columnIn({ length, columns }, name));
      const size = vectorSizes[name] ?? sizeOf(values.find((value) => value !== null));
      return [name, values.map((value) => value ?? new Float64Array(size).fill(NaN))] as const;
    });
    return { length, columns: Object.fromEntries(filled) };
  }
}

function isInvalid(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

function sizeOf(value: unknown): number {
  return value instanceof SparseVector ? value.size : ((value as Partial<Float64Array> | undefined)?.length ?? 1);
}

function assembled(batch: Batch, names: readonly string[]): VectorColumn {
  const parts = names.map((name) => matrixIn(batch, name));
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const data = new Float64Array(batch.length * width);
  let from = 0;
  for (const part of parts) {
    for (let row = 0; row < batch.length; row++) data.set(part.data.subarray(row * part.width, (row + 1) * part.width), row * width + from);
    from += part.width;
  }
  return new VectorColumn(data, width);
}

registerStage(spec.type, ({ options, uid }) => new VectorAssembler(options, uid));
