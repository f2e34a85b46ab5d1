import type { ImageRow } from '../../image/image-struct.js';
import { readImageRows, type ReadImagesOptions } from '../../image/read-images.js';
import { batchOfRows, type Batch } from './batch.js';
import { Dataset } from './dataset.js';

const rowsPerBatch = 32;

/**
 * The pictures of a file, folder or glob as a data set with the column `image` (Spark ML's struct), and `label` where `options` ask for it. Files are read
 * when the data set is, one batch at a time, and again at each reading unless it is cached. Throws HW_IMAGE_NONE, HW_IMAGE_FILE while it is read.
 *
 * @example await readImages('photos', { label: 'directory' }).count()
 */
export function readImages(location: string, options: ReadImagesOptions = {}): Dataset {
  const columns = options.label === undefined ? ['image'] : ['image', 'label'];
  return Dataset.fromBatches(columns, async function* (): AsyncGenerator<Batch> {
    let rows: ImageRow[] = [];
    for await (const row of readImageRows(location, options)) {
      if (rows.push(row) < rowsPerBatch) continue;
      yield batchOfRows(
        rows.map((each) => ({ ...each })),
        columns,
      );
      rows = [];
    }
    if (rows.length > 0)
      yield batchOfRows(
        rows.map((each) => ({ ...each })),
        columns,
      );
  });
}
