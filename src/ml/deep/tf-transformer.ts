import { basename } from 'node:path';
import { openTfjsModel, type TensorModel } from '../engines/tensor-model.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { fileKey, sharedModel } from './model-cache.js';
import { TensorTransformer, tensorTransformerParams, type TensorTransformerParams } from './tensor-transformer.js';

const spec: StageSpec<TensorTransformerParams> = { type: 'TFTransformer', params: tensorTransformerParams };

/**
 * Columns through a TensorFlow graph, as sparkdl's `TFTransformer`: `inputMapping` (column to tensor) and `outputMapping` (tensor to column), with or
 * without `:0`. `modelFile` is the `model.json` of a TF.js graph model, or a SavedModel's directory where tfjs-node is installed. TF.js computes
 * 64-bit numbers in 32 bits. Throws HW_MODEL_LOAD, HW_TENSOR_* where model and columns do not fit.
 */
export class TFTransformer extends TensorTransformer {
  constructor(options: Partial<TensorTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  protected override openModel(): Promise<TensorModel> {
    return sharedGraph(this.params.modelFile);
  }
}

/** The graph in a file, opened once in a process. */
export function sharedGraph(file: string): Promise<TensorModel> {
  return sharedModel(fileKey('tfjs', file), () => openTfjsModel(basename(file), { file }));
}

registerStage(spec.type, ({ options, uid }) => new TFTransformer(options, uid));
