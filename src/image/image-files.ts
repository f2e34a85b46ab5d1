import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { error } from '../errors.js';

const PICTURES = '*.{jpg,jpeg,png,webp,gif,tif,tiff,avif}';
const natural = new Intl.Collator('en', { numeric: true });

/** The pictures in a directory (`recursive`: and below), or the files that a glob names, in natural order: frame 2 before frame 10. Throws HW_IMAGE_NONE. */
export async function imageFiles(location: string, recursive = true): Promise<string[]> {
  const path = await stat(location).catch(() => undefined);
  const files = path?.isFile()
    ? [resolve(location)]
    : path
      ? await glob(recursive ? `**/${PICTURES}` : PICTURES, { cwd: location, absolute: true, caseSensitiveMatch: false })
      : await glob(location, { absolute: true });
  if (files.length === 0) throw error('HW_IMAGE_NONE', { pattern: location });
  return files.sort((a, b) => natural.compare(a, b));
}
