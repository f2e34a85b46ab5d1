import type { Batch, Columns } from '../dataset/batch.js';
import type { Trained } from '../engines/tfjs-training.js';
import type { KerasModel } from '../formats/keras-model.js';
import { writeTfjsLayers } from '../formats/write-tfjs-layers.js';
import type { StageSpec } from '../stage.js';
import { Model } from '../transformer.js';
import { answerFiles, imageFileParams, type ImageFileParams } from './answer-files.js';
import { sharedModel } from './model-cache.js';
import { openKerasModel } from './open-keras-model.js';

const spec: StageSpec<ImageFileParams> = { type: 'KerasImageFileModel', params: imageFileParams };

/** What a `KerasImageFileEstimator` learned: the trained network, which answers for files as `KerasImageFileTransformer` does. */
export class KerasImageFileModel extends Model<ImageFileParams> {
  constructor(
    options: ImageFileParams,
    readonly parent: string,
    readonly network: KerasModel,
    readonly training: Omit<Trained, 'weights'>,
    uid?: string,
  ) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override async compute(batch: Batch): Promise<Columns> {
    const open = () => openKerasModel(this.network);
    return answerFiles(batch, this.params, await sharedModel(`trained ${this.uid}`, open));
  }

  /** Writes the trained network as TF.js layers, a `.json` with `weights.bin` beside it: a `modelFile` for every Keras stage. */
  saveModel(file: string): Promise<void> {
    return writeTfjsLayers(this.network, file);
  }
}
