import type { Batch, Columns } from '../dataset/batch.js';
import type { Trained } from '../engines/tfjs-training.js';
import type { KerasModel } from '../formats/keras-model.js';
import { putWeights, takeWeights, type Skeleton } from '../formats/keras-skeleton.js';
import { writeTfjsLayers } from '../formats/write-tfjs-layers.js';
import type { SomeRows } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { Snapshot, StageSpec } from '../stage.js';
import { Model } from '../transformer.js';
import { answerFiles, imageFileParams, type ImageFileParams } from './answer-files.js';
import { sharedModel } from './model-cache.js';
import { openKerasModel } from './open-keras-model.js';

const spec: StageSpec<ImageFileParams> = { type: 'KerasImageFileModel', params: imageFileParams };

/** What a `KerasImageFileEstimator` learned: the trained network, which answers for files as `KerasImageFileTransformer` does. */
export class KerasImageFileModel extends Model<ImageFileParams> {
  constructor(
    options: Partial<ImageFileParams>,
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

  override async compute(batch: Batch): Promise<Columns | SomeRows> {
    const open = () => openKerasModel(this.network);
    return answerFiles(batch, this.params, await sharedModel(`trained ${this.uid}`, open));
  }

  override snapshot(): Snapshot {
    const { parent, network, training } = this;
    const { skeleton, tensors } = takeWeights(network);
    return { ...super.snapshot(), values: { parent, training, network: skeleton }, tensors };
  }

  /** Writes the trained network as TF.js layers, a `.json` with `weights.bin` beside it: a `modelFile` for every Keras stage. */
  saveModel(file: string): Promise<void> {
    return writeTfjsLayers(this.network, file);
  }
}

registerStage(spec.type, ({ options, uid, values, tensors = {} }) => {
  const { parent, training, network } = values as { parent: string; training: KerasImageFileModel['training']; network: Skeleton };
  return new KerasImageFileModel(options, parent, putWeights(network, tensors, uid), training, uid);
});
