import { columnIn, type Batch } from '../dataset/batch.js';
import { valueAt } from '../dataset/column.js';
import type { Tensor } from '../safetensors.js';
import type { HandleInvalid } from '../shared-params.js';
import type { ImageLoader } from './image-loader.js';

const atOnce = 16;

/** The pictures of a column of URIs, [height, width, channels]; null where the value is null, or the loader fails for whatever reason unless that is an `error`. */
export async function loadImages(batch: Batch, column: string, loader: ImageLoader, mode: HandleInvalid): Promise<(Tensor | null)[]> {
  const uris = columnIn(batch, column);
  const images: (Tensor | null)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < batch.length) {
      const row = next++;
      images[row] = await load(valueAt(uris, row), loader, mode);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, batch.length) }, work));
  return images;
}

async function load(uri: unknown, loader: ImageLoader, mode: HandleInvalid): Promise<Tensor | null> {
  if (typeof uri !== 'string') return null;
  try {
    const { shape, data } = await loader(uri);
    return { shape: shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape, data };
  } catch (thrown) {
    if (mode === 'error') throw thrown;
    return null;
  }
}
