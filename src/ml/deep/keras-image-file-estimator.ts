import { isDeepStrictEqual } from 'node:util';
import type { Dataset } from '../dataset/dataset.js';
import { train } from '../engines/tfjs-training.js';
import { Estimator } from '../estimator.js';
import { readKerasModel } from '../formats/keras-file.js';
import type { KerasModel } from '../formats/keras-model.js';
import { layersSource, weightedLayers, withNumbers } from '../formats/tfjs-topology.js';
import { checks, type ParamMap } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { imageFileParams, type ImageFileParams } from './answer-files.js';
import { loaderOf } from './image-loader.js';
import { KerasImageFileModel } from './keras-image-file-model.js';
import { collectExamples } from './training-examples.js';
import {
  fitParamsCheck,
  lossCheck,
  optimizerCheck,
  optimizerName,
  tfjsLoss,
  type KerasFitParams,
  type KerasOptimizer,
} from './training-params.js';

export interface KerasImageFileEstimatorParams extends ImageFileParams {
  labelCol: string;
  modelFile: string;
  kerasOptimizer: KerasOptimizer;
  kerasLoss: string;
  kerasFitParams: KerasFitParams;
  seed: number;
}

const spec: StageSpec<KerasImageFileEstimatorParams> = {
  type: 'KerasImageFileEstimator',
  params: {
    ...imageFileParams,
    labelCol: { ...sharedParams.labelCol, doc: 'column of labels: one-hot vectors, or numbers' },
    modelFile: { doc: 'path of the Keras or TF.js layers model to start from', check: checks.string },
    kerasOptimizer: { doc: 'optimizer, by its Keras name', check: optimizerCheck, default: 'adam' },
    kerasLoss: { doc: 'loss, by its Keras name', check: lossCheck },
    kerasFitParams: { doc: 'epochs, batch_size, validation_split, shuffle', check: fitParamsCheck, default: {} },
    seed: sharedParams.seed,
  },
};

type Data = Awaited<ReturnType<typeof collectExamples>>;

/**
 * Fine-tunes a Keras model on files of pictures, as sparkdl's `KerasImageFileEstimator`, in a thread of its own with the fastest TF.js there is; the
 * fitted model holds the trained weights and sees the same RGB pictures. Throws HW_TRAINING_EMPTY, HW_TRAINING, HW_TFJS_MISSING.
 */
export class KerasImageFileEstimator extends Estimator<KerasImageFileEstimatorParams, KerasImageFileModel> {
  constructor(options: Partial<KerasImageFileEstimatorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override async fit(dataset: Dataset): Promise<KerasImageFileModel> {
    this.validate();
    return this.fitExamples(await this.collect(dataset));
  }

  /** One model after the other; the pictures are loaded once for all maps that do not change how. */
  override async *fitMultiple(
    dataset: Dataset,
    paramMaps: readonly ParamMap[],
  ): AsyncGenerator<readonly [index: number, model: KerasImageFileModel]> {
    let last: { estimator: KerasImageFileEstimator; data: Data } | undefined;
    for (const [index, paramMap] of paramMaps.entries()) {
      const estimator = this.copy(paramMap);
      estimator.validate();
      const data = last !== undefined && estimator.loadsAs(last.estimator) ? last.data : await estimator.collect(dataset);
      last = { estimator, data };
      yield [index, await estimator.fitExamples(data)];
    }
  }

  private collect(dataset: Dataset): Promise<Data> {
    return collectExamples(dataset, this.params, loaderOf(this.params.imageLoader));
  }

  private loadsAs({ params }: KerasImageFileEstimator): boolean {
    const same = (['inputCol', 'labelCol', 'handleInvalid'] as const).every((name) => params[name] === this.params[name]);
    return same && isDeepStrictEqual(params.imageLoader, this.params.imageLoader);
  }

  private async fitExamples({ inputs, labels }: Data): Promise<KerasImageFileModel> {
    const { kerasOptimizer, kerasLoss, kerasFitParams, seed, modelFile } = this.params;
    const { epochs = 1, batch_size: batchSize = 32, validation_split: validationSplit = 0, shuffle = true } = kerasFitParams;
    const model = await readKerasModel(modelFile);
    const rate = typeof kerasOptimizer === 'string' ? undefined : kerasOptimizer.learning_rate;
    const { weights, ...training } = await train({
      ...layersSource(model),
      inputs,
      labels,
      optimizer: optimizerName(kerasOptimizer),
      ...(rate !== undefined && { learningRate: rate }),
      loss: tfjsLoss(kerasLoss),
      epochs,
      batchSize,
      validationSplit,
      shuffle,
      seed,
      allGradients: weightedLayers(model).some(([, { className }]) => /Conv|Embedding/.test(className)),
    });
    return this.fitted(withNumbers(model, weights), training);
  }

  private fitted(network: KerasModel, training: KerasImageFileModel['training']): KerasImageFileModel {
    const { inputCol, outputCol, imageLoader, outputMode, handleInvalid } = this.params;
    return new KerasImageFileModel({ inputCol, outputCol, imageLoader, outputMode, handleInvalid }, this.uid, network, training);
  }
}

registerStage(spec.type, ({ options, uid }) => new KerasImageFileEstimator(options, uid));
