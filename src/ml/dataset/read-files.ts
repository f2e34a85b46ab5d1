import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ImageStruct } from '../../image/image-struct.js';
import { imageFiles } from '../../image/image-files.js';
import { batchOfRows } from './batch.js';
import { Dataset } from './dataset.js';

const rowsPerBatch = 32;

/** Files by their path and bytes, columns `filePath` and `fileData`, read when the data set is: sparkdl's `filesToDF`. Throws HW_IMAGE_NONE. */
export function filesToDF(location: string, { recursive = true } = {}): Dataset {
  const columns = ['filePath', 'fileData'];
  return Dataset.fromBatches(columns, async function* () {
    const files = await imageFiles(location, recursive);
    for (let start = 0; start < files.length; start += rowsPerBatch) {
      const some = files.slice(start, start + rowsPerBatch);
      const rows = await Promise.all(
        some.map(async (file) => ({ filePath: pathToFileURL(file).href, fileData: new Uint8Array(await readFile(file)) })),
      );
      yield batchOfRows(rows, columns);
    }
  });
}

/**
 * Files decoded by a function of yours, as the column `image`; null where it throws or gives null: sparkdl's `readImagesWithCustomFn`. The
 * function takes bytes and the file's URI. Throws HW_IMAGE_NONE.
 */
export function readImagesWithCustomFn(
  location: string,
  decode: (bytes: Uint8Array, origin: string) => ImageStruct | null | Promise<ImageStruct | null>,
  options: { readonly recursive?: boolean } = {},
): Dataset {
  const decoded = async (bytes: Uint8Array, origin: string): Promise<ImageStruct | null> => {
    try {
      return await decode(bytes, origin);
    } catch {
      return null;
    }
  };
  return filesToDF(location, options)
    .withColumn('image', ({ fileData, filePath }) => decoded(fileData as Uint8Array, filePath as string))
    .select('image');
}
