import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf } from '../dataset/column.js';
import type { TensorModel } from '../engines/tensor-model.js';
import { oneOf, type Declarations } from '../params.js';
import { sharedParams, type HandleInvalid } from '../shared-params.js';
import { withoutNulls, type SomeRows } from '../some-rows.js';
import { pictureHandleInvalid } from './answer-images.js';
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
  handleInvalid: HandleInvalid;
}

export const imageFileParams: Declarations<ImageFileParams> = {
  inputCol: { ...sharedParams.inputCol, doc: 'column of URIs' },
  outputCol: sharedParams.outputCol,
  imageLoader: { doc: 'turns a URI into float32 [height, width, channels], RGB', check: imageLoaderCheck },
  outputMode: { doc: 'vector: flat; image: {shape, data}', check: oneOf('vector', 'image'), default: 'vector' },
  handleInvalid: pictureHandleInvalid,
};

/** Loads the pictures of a batch and gives them to a model of one input and one output; what could not be loaded goes by `handleInvalid`. */
export async function answerFiles(batch: Batch, params: ImageFileParams, model: TensorModel): Promise<Columns | SomeRows> {
  const { inputCol, outputCol, outputMode, imageLoader, handleInvalid } = params;
  const tensors = { input: onlyTensor(model, 'inputs'), output: onlyTensor(model, 'outputs') };
  const images = await loadImages(batch, inputCol, loaderOf(imageLoader), handleInvalid);
  const columns = { [outputCol]: columnOf(await answerTensors(images, inputCol, model, tensors, outputMode)) };
  return handleInvalid === 'skip' ? withoutNulls(columns) : columns;
}
