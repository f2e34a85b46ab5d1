import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf } from '../dataset/column.js';
import type { TensorModel } from '../engines/tensor-model.js';
import { oneOf, type Declarations } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { answerTensors, type OutputMode } from './answer-tensors.js';
import { onlyTensor } from './find-tensor.js';
import { imageLoaderCheck, loaderOf, type ImageFileOptions, type ImageLoader } from './image-loader.js';
import { loadImages } from './load-images.js';

export interface ImageFileParams {
  inputCol: string;
  outputCol: string;
  /** A function of a URI, or the options of `imageFileLoader`. */
  imageLoader: ImageLoader | ImageFileOptions;
  outputMode: OutputMode;
}

export const imageFileParams: Declarations<ImageFileParams> = {
  inputCol: { ...sharedParams.inputCol, doc: 'column of URIs' },
  outputCol: sharedParams.outputCol,
  imageLoader: { doc: 'turns a URI into float32 [height, width, channels], RGB', check: imageLoaderCheck },
  outputMode: { doc: 'vector: flat; image: {shape, data}', check: oneOf('vector', 'image'), default: 'vector' },
};

/** Loads the pictures of a batch and gives them to a model of one input and one output; null where a picture could not be loaded. */
export async function answerFiles(batch: Batch, params: ImageFileParams, model: TensorModel): Promise<Columns> {
  const { inputCol, outputCol, outputMode, imageLoader } = params;
  const tensors = { input: onlyTensor(model, 'inputs'), output: onlyTensor(model, 'outputs') };
  const images = await loadImages(batch, inputCol, loaderOf(imageLoader));
  return { [outputCol]: columnOf(await answerTensors(images, inputCol, model, tensors, outputMode)) };
}
