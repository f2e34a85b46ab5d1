import { error } from '../../errors.js';
import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf } from '../dataset/column.js';
import type { TensorModel } from '../engines/tensor-model.js';
import { checks, oneOf, type Declarations } from '../params.js';
import { sharedParams } from '../shared-params.js';
import type { ImageLoader } from './image-loader.js';
import { loadImages } from './load-images.js';
import { flatRows } from './rows-of-tensor.js';
import { tensorOfRows } from './tensor-rows.js';

export interface ImageFileParams {
  inputCol: string;
  outputCol: string;
  imageLoader: ImageLoader;
  outputMode: 'vector' | 'image';
}

export const imageFileParams: Declarations<ImageFileParams> = {
  inputCol: { ...sharedParams.inputCol, doc: 'column of URIs' },
  outputCol: sharedParams.outputCol,
  imageLoader: { doc: 'turns a URI into float32 [height, width, channels], RGB', check: checks.function },
  outputMode: { doc: 'vector: flat; image: {shape, data}', check: oneOf('vector', 'image'), default: 'vector' },
};

const rowsOfOneRun = 32;

/** Loads the pictures of a batch and gives them to a model of one input and one output; null where a picture could not be loaded. */
export async function answerFiles(batch: Batch, params: ImageFileParams, model: TensorModel): Promise<Columns> {
  const [input, output] = [model.inputs[0]!, model.outputs[0]!];
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw error('HW_MODEL_FILE', { file: model.name, problem: 'one input and one output were expected' });
  }
  const images = await loadImages(batch, params.inputCol, params.imageLoader);
  const rows = images.flatMap((image, row) => (image === null ? [] : [row]));
  const answers: unknown[] = images.map(() => null);
  for (let start = 0; start < rows.length; start += rowsOfOneRun) {
    const chosen = rows.slice(start, start + rowsOfOneRun);
    const results = await model.run({ [input.name]: tensorOfRows(images, chosen, params.inputCol, input) }, [output.name]);
    const result = results[output.name]!;
    const vectors = flatRows(result);
    chosen.forEach((row, n) => {
      const data = vectors.at(n).slice();
      answers[row] = params.outputMode === 'image' ? { shape: result.shape.slice(1), data } : data;
    });
  }
  return { [params.outputCol]: columnOf(answers) };
}
