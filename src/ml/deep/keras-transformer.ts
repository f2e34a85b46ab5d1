import { basename } from 'node:path';
import { openOnnxModel, type TensorModel } from '../engines/tensor-model.js';
import { readKerasModel } from '../formats/keras-file.js';
import { kerasToOnnx } from '../formats/keras-to-onnx/convert.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { fileKey, sharedModel } from './model-cache.js';
import { TensorTransformer, tensorTransformerParams, type TensorTransformerParams } from './tensor-transformer.js';

const spec: StageSpec<TensorTransformerParams> = { type: 'KerasTransformer', params: tensorTransformerParams };

/**
 * Columns through a Keras model (`.h5`, `.keras`, or the `model.json` of a TF.js layers model), as sparkdl's `KerasTransformer`, with any number of
 * inputs and outputs, named after their layers. It runs as ONNX; throws HW_LAYER_UNSUPPORTED for a layer that cannot.
 */
export class KerasTransformer extends TensorTransformer {
  constructor(options: Partial<TensorTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  protected override openModel(): Promise<TensorModel> {
    const { modelFile: file } = this.params;
    const open = async () => openOnnxModel(basename(file), { bytes: kerasToOnnx(await readKerasModel(file)) });
    return sharedModel(fileKey('keras', file), open);
  }
}

registerStage(spec.type, ({ options, uid }) => new KerasTransformer(options, uid));
