import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf } from '../dataset/column.js';
import { checks, integerFrom } from '../params.js';
import { withoutNulls, type SomeRows } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { imagenetClasses } from '../zoo/imagenet-classes.js';
import { bestIndices, softmax } from '../zoo/softmax.js';
import { answerImages } from './answer-images.js';
import { deepImageParams, type DeepImageParams } from './deep-image-params.js';
import { imageNetwork } from './image-network.js';

export interface DeepImagePredictorParams extends DeepImageParams {
  decodePredictions: boolean;
  topK: number;
}

/** One of the classes that a picture most probably shows. */
export interface DecodedPrediction {
  /** WordNet id. */
  readonly class: string;
  readonly description: string;
  readonly probability: number;
}

const spec: StageSpec<DeepImagePredictorParams> = {
  type: 'DeepImagePredictor',
  params: {
    ...deepImageParams,
    decodePredictions: { doc: 'name the topK classes instead of giving all probabilities', check: checks.boolean, default: false },
    topK: { doc: 'how many classes to name', check: integerFrom(1), default: 5 },
  },
};

/**
 * Pictures to the probabilities of ImageNet's 1000 classes (float32), or with `decodePredictions` to the `topK` of them as
 * `{class, description, probability}`, best first: sparkdl's `DeepImagePredictor`, Keras' `decode_predictions`. Null stays null.
 */
export class DeepImagePredictor extends Transformer<DeepImagePredictorParams> {
  constructor(options: Partial<DeepImagePredictorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override async compute(batch: Batch): Promise<Columns | SomeRows> {
    const { modelName, weights, inputCol, outputCol, handleInvalid, decodePredictions, topK } = this.params;
    const network = await imageNetwork(modelName, 'predictions', weights);
    const answers = await answerImages(batch, inputCol, handleInvalid, network);
    const probabilities = modelName === 'EfficientNetLite0' ? answers.map((logits) => logits && softmax(logits)) : answers;
    const columns = { [outputCol]: decodePredictions ? probabilities.map((row) => row && decode(row, topK)) : columnOf(probabilities) };
    return handleInvalid === 'skip' ? withoutNulls(columns) : columns;
  }
}

function decode(probabilities: Float32Array, topK: number): DecodedPrediction[] {
  const classes = imagenetClasses();
  return bestIndices(probabilities, topK).map((index) => {
    const { wnid, description } = classes[index]!;
    return { class: wnid, description, probability: probabilities[index]! };
  });
}

registerStage(spec.type, ({ options, uid }) => new DeepImagePredictor(options, uid));
