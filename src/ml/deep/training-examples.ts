import { error } from '../../errors.js';
import { selectRows } from '../dataset/batch.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Examples } from '../engines/tfjs-training.js';
import { matrixIn } from '../feature/vectors.js';
import type { Tensor } from '../safetensors.js';
import type { HandleInvalid } from '../shared-params.js';
import type { ImageLoader } from './image-loader.js';
import { loadImages } from './load-images.js';

interface ExampleColumns {
  readonly inputCol: string;
  readonly labelCol: string;
  readonly handleInvalid: HandleInvalid;
}

/**
 * All pictures of a data set with their labels (one-hot vectors, sparse ones too, or numbers). Rows whose picture cannot be loaded are left out, unless that is an `error`;
 * throws HW_TRAINING_EMPTY when none is left, HW_TENSOR_SHAPE when pictures differ in shape, HW_VECTOR_EXPECTED for other labels.
 */
export async function collectExamples(
  dataset: Dataset,
  { inputCol, labelCol, handleInvalid }: ExampleColumns,
  loader: ImageLoader,
): Promise<{ inputs: Examples; labels: Examples }> {
  const images: Tensor[] = [];
  const labels: number[] = [];
  let seen = 0;
  let width = 0;
  for await (const batch of dataset.select(inputCol, labelCol).batches()) {
    const loaded = await loadImages(batch, inputCol, loader, handleInvalid);
    const kept = loaded.flatMap((image, row) => (image === null ? [] : [row]));
    for (const row of kept) images.push(sameShape(loaded[row]!, images[0], inputCol, seen + row));
    seen += batch.length;
    if (kept.length === 0) continue;
    const matrix = matrixIn(selectRows(batch, kept), labelCol);
    width = matrix.width;
    for (const value of matrix.data) labels.push(value);
  }
  const [first] = images;
  if (first === undefined) throw error('HW_TRAINING_EMPTY', { rows: seen, column: inputCol });
  const data = new Float32Array(images.length * first.data.length);
  images.forEach((image, n) => data.set(image.data, n * first.data.length));
  return {
    inputs: { data, shape: [images.length, ...first.shape] },
    labels: { data: Float32Array.from(labels), shape: [images.length, width] },
  };
}

function sameShape(image: Tensor, first: Tensor | undefined, column: string, row: number): Tensor {
  if (first === undefined || image.shape.join() === first.shape.join()) return image;
  const [expected, got] = [first, image].map(({ shape }) => `[${shape.join(', ')}]`) as [string, string];
  throw error('HW_TENSOR_SHAPE', { column, row, tensor: 'training', expected: `${expected} as the rows before`, got });
}
