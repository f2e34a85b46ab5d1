import { columnIn, type Batch } from '../dataset/batch.js';
import { valueAt } from '../dataset/column.js';
import type { LazyImage } from '../../image/lazy-image.js';
import { imageOf } from './image-value.js';

/** What becomes of a picture that cannot be read: null, as for a null, or the end of the job. */
export type HandleInvalid = 'keep' | 'error';

/** Pictures on their way at a time: enough for every lane, without holding a whole batch's answers and pixels at once. */
const atOnce = 64;

/** The answer to each picture of a column, in order; null where there is no picture, or none that can be read and `handleInvalid` is `keep`. */
export async function answerImages<T>(
  batch: Batch,
  column: string,
  handleInvalid: HandleInvalid,
  answer: (image: LazyImage) => Promise<T>,
): Promise<(T | null)[]> {
  const images = columnIn(batch, column);
  const answers: (T | null)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < batch.length) {
      const row = next++;
      const image = imageOf(valueAt(images, row), column, row);
      answers[row] = image === null ? null : await answer(image).catch((thrown: unknown) => invalid(thrown, handleInvalid));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, batch.length) }, work));
  return answers;
}

function invalid(thrown: unknown, handleInvalid: HandleInvalid): null {
  const isPicture = thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('HW_IMAGE_');
  if (isPicture && handleInvalid === 'keep') return null;
  throw thrown;
}
