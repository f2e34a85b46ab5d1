import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = (process.env['PATH'] ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));

/** The Chromium of this machine: HEADWATER_CHROMIUM, or the first in the PATH. */
export const chromiumPath = [process.env['HEADWATER_CHROMIUM'] ?? [], places].flat().find(isExecutable);
if (chromiumPath === undefined)
  console.warn('*** SKIPPED: tests of the page in a browser (no Chromium in the PATH; set HEADWATER_CHROMIUM). ***');

/** `describe` for tests that drive a page in Chromium. */
export const describeChromium: ReturnType<typeof describe.skipIf> = describe.skipIf(chromiumPath === undefined);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
