import type { Batch, Columns } from '../dataset/batch.js';
import { VectorColumn } from '../dataset/column.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { matrixIn } from './vectors.js';

export interface VectorAssemblerParams {
  inputCols: readonly string[];
  outputCol: string;
}

const spec: StageSpec<VectorAssemblerParams> = {
  type: 'VectorAssembler',
  params: { inputCols: sharedParams.inputCols, outputCol: sharedParams.outputCol },
};

/** Joins numbers, booleans and vectors of a row into one vector, in the order of the columns. As Spark ML's. */
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
    const parts = this.params.inputCols.map((name) => matrixIn(batch, name));
    const width = parts.reduce((sum, part) => sum + part.width, 0);
    const data = new Float64Array(batch.length * width);
    let from = 0;
    for (const part of parts) {
      for (let row = 0; row < batch.length; row++)
        data.set(part.data.subarray(row * part.width, (row + 1) * part.width), row * width + from);
      from += part.width;
    }
    return { [this.params.outputCol]: new VectorColumn(data, width) };
  }
}

registerStage(spec.type, ({ options, uid }) => new VectorAssembler(options, uid));
