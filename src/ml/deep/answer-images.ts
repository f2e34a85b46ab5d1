import { columnIn, type Batch } from '../dataset/batch.js';
import { valueAt } from '../dataset/column.js';
import type { LazyImage } from '../../image/lazy-image.js';
import { handleInvalid, type HandleInvalid } from '../shared-params.js';
import { imageOf } from './image-value.js';

/** Of stages that take pictures. */
export const pictureHandleInvalid = handleInvalid(
  'a picture that cannot be read gives null (keep), ends the job (error), or is left out with nulls (skip)',
  'keep',
);

/** Pictures on their way at a time: enough for every lane, without holding a whole batch's answers and pixels at once. */
const atOnce = 64;

/** The answer to each picture of a column, in order; null where there is no picture, or none that can be read unless that is an `error`. */
export async function answerImages<T>(
  batch: Batch,
  column: string,
  mode: HandleInvalid,
  answer: (image: LazyImage) => Promise<T>,
): Promise<(T | null)[]> {
  const images = columnIn(batch, column);
  const answers: (T | null)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < batch.length) {
      const row = next++;
      const image = imageOf(valueAt(images, row), column, row);
      answers[row] = image === null ? null : await answer(image).catch((thrown: unknown) => invalid(thrown, mode));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, batch.length) }, work));
  return answers;
}

function invalid(thrown: unknown, mode: HandleInvalid): null {
  const isPicture = thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('HW_IMAGE_');
  if (isPicture && mode !== 'error') return null;
  throw thrown;
}
