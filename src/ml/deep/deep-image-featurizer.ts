import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf } from '../dataset/column.js';
import { oneOf } from '../params.js';
import { withoutNulls, type SomeRows } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { answerImages } from './answer-images.js';
import { deepImageParams, type DeepImageParams } from './deep-image-params.js';
import { imageNetwork } from './image-network.js';

export interface DeepImageFeaturizerParams extends DeepImageParams {
  /** `avg`: the mean of the feature map, one number a channel. `none`: the whole map, H x W x C. */
  pooling: 'avg' | 'none';
}

const spec: StageSpec<DeepImageFeaturizerParams> = {
  type: 'DeepImageFeaturizer',
  params: {
    ...deepImageParams,
    pooling: { doc: 'avg: mean of the feature map; none: the flattened map', check: oneOf('avg', 'none'), default: 'avg' },
  },
};

/**
 * Pictures to feature vectors (float32) by a network without its classifier, in batches in the lanes: sparkdl's `DeepImageFeaturizer`, with numbers
 * equal to `keras.applications`. Pictures are fitted to the network's size; grey ones count as three equal channels, alpha is dropped, null stays
 * null. `pooling: 'none'` gives sparkdl's long vectors (InceptionV3 131,072); its ResNet50 was averaged: `avg`.
 */
export class DeepImageFeaturizer extends Transformer<DeepImageFeaturizerParams> {
  constructor(options: Partial<DeepImageFeaturizerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override async compute(batch: Batch): Promise<Columns | SomeRows> {
    const { modelName, pooling, weights, inputCol, outputCol, handleInvalid } = this.params;
    const network = await imageNetwork(modelName, pooling === 'avg' ? 'features' : 'featureMap', weights);
    const columns = { [outputCol]: columnOf(await answerImages(batch, inputCol, handleInvalid, network)) };
    return handleInvalid === 'skip' ? withoutNulls(columns) : columns;
  }
}

registerStage(spec.type, ({ options, uid }) => new DeepImageFeaturizer(options, uid));
