import type { Batch, Columns } from '../dataset/batch.js';
import { checks } from '../params.js';
import type { SomeRows } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { answerFiles, imageFileParams, type ImageFileParams } from './answer-files.js';
import { sharedKerasModel } from './open-keras-model.js';

export interface KerasImageFileTransformerParams extends ImageFileParams {
  modelFile: string;
}

const spec: StageSpec<KerasImageFileTransformerParams> = {
  type: 'KerasImageFileTransformer',
  params: { ...imageFileParams, modelFile: { doc: 'path of a Keras or TF.js layers model', check: checks.string } },
};

/**
 * Files of pictures through a Keras model, as sparkdl's `KerasImageFileTransformer`: the loader makes RGB floats of a URI. A picture that cannot be
 * loaded gives null, unless `handleInvalid` says otherwise.
 */
export class KerasImageFileTransformer extends Transformer<KerasImageFileTransformerParams> {
  constructor(options: Partial<KerasImageFileTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override async compute(batch: Batch): Promise<Columns | SomeRows> {
    return answerFiles(batch, this.params, await sharedKerasModel(this.params.modelFile));
  }
}

registerStage(spec.type, ({ options, uid }) => new KerasImageFileTransformer(options, uid));
