import type { Batch, Columns } from '../dataset/batch.js';
import { VectorColumn } from '../dataset/column.js';
import { atLeast } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { matrixIn } from './vectors.js';

export interface NormalizerParams {
  inputCol: string;
  outputCol: string;
  p: number;
}

const spec: StageSpec<NormalizerParams> = {
  type: 'Normalizer',
  params: {
    inputCol: sharedParams.inputCol,
    outputCol: sharedParams.outputCol,
    p: { doc: 'which norm; Infinity for the largest magnitude', check: atLeast(1), default: 2 },
  },
};

/** Scales each vector to unit p-norm; a zero vector stays. As Spark ML's `Normalizer`. */
export class Normalizer extends Transformer<NormalizerParams> {
  constructor(options: Partial<NormalizerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override compute(batch: Batch): Columns {
    const { data, rows, width } = matrixIn(batch, this.params.inputCol);
    const scaled = data.slice();
    for (let row = 0; row < rows; row++) {
      const vector = scaled.subarray(row * width, (row + 1) * width);
      const size = norm(vector, this.params.p);
      if (size > 0) for (let i = 0; i < width; i++) vector[i]! /= size;
    }
    return { [this.params.outputCol]: new VectorColumn(scaled, width) };
  }
}

function norm(vector: Float32Array | Float64Array, p: number): number {
  let size = 0;
  for (const value of vector) size = p === Infinity ? Math.max(size, Math.abs(value)) : size + Math.abs(value) ** p;
  return p === Infinity ? size : size ** (1 / p);
}

registerStage(spec.type, ({ options, uid }) => new Normalizer(options, uid));
