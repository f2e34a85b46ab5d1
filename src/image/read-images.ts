import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { error, reasonOf } from '../errors.js';
import { imageStructOf } from './image-conversion.js';
import { imageFiles } from './image-files.js';
import type { ImageRow, ImageStruct } from './image-struct.js';
import { LazyImage } from './lazy-image.js';

export interface ReadImagesOptions {
  /** Folders in the folder too. Default: only where labels come from them. */
  readonly recursive?: boolean;
  /** Share of the files to read, 0 to 1; which ones depends on the seed and the files' order alone. Default 1. */
  readonly sampleRatio?: number;
  readonly seed?: number;
  /** Leave files out that are no pictures, in place of HW_IMAGE_FILE. Default false. */
  readonly dropImageFailures?: boolean;
  /** `directory` labels a picture with the name of the folder that it lies in. */
  readonly label?: 'directory';
}

/**
 * The pictures of a file, folder or glob, one after the other in natural order, as Spark ML's image structs (three channels, BGR,
 * upright; grey and alpha do not survive, unlike in Spark). Throws HW_IMAGE_NONE, HW_IMAGE_FILE, HW_DATASET_ARGUMENT.
 */
export async function* readImageRows(location: string, options: ReadImagesOptions = {}): AsyncGenerator<ImageRow> {
  const { label, recursive = label === 'directory', sampleRatio = 1, seed = 0, dropImageFailures = false } = options;
  if (!(sampleRatio >= 0 && sampleRatio <= 1))
    throw error('HW_DATASET_ARGUMENT', { call: 'readImages', expected: 'a sampleRatio in [0, 1]', got: String(sampleRatio) });
  const files = await imageFiles(location, recursive);
  for (const [at, file] of files.entries()) {
    if (drawn(seed, at) >= sampleRatio) continue;
    const image = await readStruct(file).catch((thrown: unknown) => {
      if (dropImageFailures) return undefined;
      throw error('HW_IMAGE_FILE', { path: file, reason: reasonOf(thrown) }, thrown);
    });
    if (image !== undefined) yield label === 'directory' ? { image, label: path.basename(path.dirname(file)) } : { image };
  }
}

async function readStruct(file: string): Promise<ImageStruct> {
  return imageStructOf(await LazyImage.from(await readFile(file)).pixels(), pathToFileURL(file).href);
}

/** A number in [0, 1) that belongs to a seed and a place (the finaliser of MurmurHash3, twice). */
function drawn(seed: number, place: number): number {
  return mixed(mixed(seed ^ 0x9e37_79b9) ^ place) / 2 ** 32;
}

function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
