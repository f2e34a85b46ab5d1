import { error } from '../../errors.js';
import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { valuesOf, VectorColumn } from '../dataset/column.js';
import { oneOf } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { SparseVector } from './sparse-vector.js';
import { matrixIn } from './vectors.js';

export interface VectorAssemblerParams {
  inputCols: readonly string[];
  outputCol: string;
  handleInvalid: 'error' | 'keep';
}

const spec: StageSpec<VectorAssemblerParams> = {
  type: 'VectorAssembler',
  params: {
    inputCols: sharedParams.inputCols,
    outputCol: sharedParams.outputCol,
    handleInvalid: { doc: 'a null or NaN fails, or is kept as NaN', check: oneOf('error', 'keep'), default: 'error' },
  },
};

/**
 * Joins numbers, booleans and vectors of a row into one vector, in the order of the columns, as Spark ML's. Throws HW_VECTOR_EXPECTED,
 * HW_FEATURES_FINITE for NaN unless that is kept.
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

  override compute(batch: Batch): Columns {
    const keep = this.params.handleInvalid === 'keep';
    const parts = this.params.inputCols.map((name) => matrixIn(keep ? filled(batch, name) : batch, name));
    const width = parts.reduce((sum, part) => sum + part.width, 0);
    const data = new Float64Array(batch.length * width);
    let from = 0;
    for (const part of parts) {
      for (let row = 0; row < batch.length; row++)
        data.set(part.data.subarray(row * part.width, (row + 1) * part.width), row * width + from);
      from += part.width;
    }
    const bad = keep ? -1 : data.findIndex((value) => Number.isNaN(value));
    if (bad >= 0) throw error('HW_FEATURES_FINITE', { row: Math.floor(bad / width), got: 'NaN' });
    return { [this.params.outputCol]: new VectorColumn(data, width) };
  }
}

/** Nulls as NaN, as many as the other rows of the batch have numbers. */
function filled(batch: Batch, name: string): Batch {
  const values = valuesOf(columnIn(batch, name));
  const known = values.find((value) => value !== null);
  const width = known instanceof SparseVector ? known.size : ((known as Partial<Float64Array> | undefined)?.length ?? 1);
  return { length: batch.length, columns: { [name]: values.map((value) => value ?? new Float64Array(width).fill(NaN)) } };
}

registerStage(spec.type, ({ options, uid }) => new VectorAssembler(options, uid));
