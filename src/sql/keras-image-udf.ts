import { randomUUID } from 'node:crypto';
import type { LazyImage } from '../image/lazy-image.js';
import { answerImages } from '../ml/deep/answer-images.js';
import { answerTensors } from '../ml/deep/answer-tensors.js';
import { onlyTensor } from '../ml/deep/find-tensor.js';
import { pictureTensor, type ImageFileOptions } from '../ml/deep/image-loader.js';
import { sharedModel } from '../ml/deep/model-cache.js';
import { openKerasModel, sharedKerasModel } from '../ml/deep/open-keras-model.js';
import { batchOf } from '../ml/dataset/batch.js';
import { columnOf } from '../ml/dataset/column.js';
import type { KerasModel } from '../ml/formats/keras-model.js';
import type { Tensor } from '../ml/safetensors.js';
import { batchFunction, type SqlFunction } from './udf.js';

/** Makes of a picture what the model takes: float32, [height, width, channels], RGB. */
export type ImagePreprocessor = (image: LazyImage) => Tensor | Promise<Tensor>;

/**
 * A Keras model as a function of one picture that gives a flat vector, as sparkdl's `registerKerasImageUDF`. Without a preprocessor the model is given
 * RGB from 0 to 255, fitted to the size that it declares, or the picture's own. Null for null and for a picture that cannot be read.
 */
export function kerasImageFunction(
  name: string,
  modelOrFile: KerasModel | string,
  preprocessor?: ImagePreprocessor | ImageFileOptions,
): SqlFunction {
  const key = `${name} ${randomUUID()}`;
  const open = () =>
    typeof modelOrFile === 'string' ? sharedKerasModel(modelOrFile) : sharedModel(key, () => openKerasModel(modelOrFile));
  return batchFunction(name, 1, async ([images]) => {
    const model = await open();
    const [input, output] = [onlyTensor(model, 'inputs'), onlyTensor(model, 'outputs')];
    const [, height, width] = input.shape;
    const size = width === undefined || height === undefined ? undefined : { width, height };
    const prepare = typeof preprocessor === 'function' ? preprocessor : (image: LazyImage) => pictureTensor(image, preprocessor ?? size);
    const tensors = await answerImages(batchOf({ image: images! }), 'image', 'keep', async (image) => withoutBatch(await prepare(image)));
    return columnOf(await answerTensors(tensors, 'image', model, { input, output }, 'vector'));
  });
}

function withoutBatch({ shape, data }: Tensor): Tensor {
  return { shape: shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape, data };
}
