import { basename } from 'node:path';
import { openOnnxModel, type TensorModel } from '../engines/tensor-model.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { fileKey, sharedModel } from './model-cache.js';
import { TensorTransformer, tensorTransformerParams, type TensorTransformerParams } from './tensor-transformer.js';

const spec: StageSpec<TensorTransformerParams> = { type: 'OnnxTransformer', params: tensorTransformerParams };

/**
 * Columns through an ONNX model, from PyTorch or anything else: one column in and one out, or `inputMapping` (column to tensor) and
 * `outputMapping` (tensor to column), as sparkdl's `TFTransformer`. Rows are numbers, vectors, nested lists or `{shape, data}`, of up to any rank.
 * Throws HW_MODEL_LOAD, HW_TENSOR_* where model and columns do not fit.
 */
export class OnnxTransformer extends TensorTransformer {
  constructor(options: Partial<TensorTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  protected override openModel(): Promise<TensorModel> {
    const { modelFile: file } = this.params;
    return sharedModel(fileKey('onnx', file), () => openOnnxModel(basename(file), { file }));
  }
}

registerStage(spec.type, ({ options, uid }) => new OnnxTransformer(options, uid));
