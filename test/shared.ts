import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';

const folder = process.env['HEADWATER_SHARED'] ?? path.resolve('..', 'shared');
const present = existsSync(path.join(folder, 'data'));
if (!present) console.warn(`*** SKIPPED: tests on the shared data (nothing at ${folder}; set HEADWATER_SHARED). ***`);

/** `describe` for tests on data sets that are too big for the repository. */
export const describeShared: ReturnType<typeof describe.skipIf> = describe.skipIf(!present);

/** A data set by name. */
export function sharedData(name: string): string {
  return path.join(folder, 'data', name);
}
