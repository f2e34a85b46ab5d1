import type { TensorModel } from '../engines/tensor-model.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { sharedKerasModel } from './open-keras-model.js';
import { TensorTransformer, tensorTransformerParams, type TensorTransformerParams } from './tensor-transformer.js';

const spec: StageSpec<TensorTransformerParams> = { type: 'KerasTransformer', params: tensorTransformerParams };

/**
 * Columns through a Keras model (`.h5`, `.keras`, or the `model.json` of a TF.js layers model), as sparkdl's `KerasTransformer`, with any number of
 * inputs and outputs, named after their layers. It runs as ONNX; a layer
 * that cannot be written so puts it into TF.js, with a warning.
 */
export class KerasTransformer extends TensorTransformer {
  constructor(options: Partial<TensorTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  protected override openModel(): Promise<TensorModel> {
    return sharedKerasModel(this.params.modelFile);
  }
}

registerStage(spec.type, ({ options, uid }) => new KerasTransformer(options, uid));
