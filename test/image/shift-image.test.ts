import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

import { imageHeader } from '../../src/image/image-header.js';
import { imageShifts, shiftImage } from '../../src/image/shift-image.js';

const frame = new URL('../../topologies/sample/junction/frames/', import.meta.url);

it('gives other pictures of the same size, the same bytes each time', async () => {
  const bytes = await readFile(new URL((await readdir(frame)).sort()[0]!, frame));
  const { width, height } = imageHeader(bytes);
  for (const shift of imageShifts) {
    const shifted = await shiftImage(bytes, shift);
    expect(imageHeader(shifted)).toMatchObject({ width, height, mediaType: 'image/jpeg' });
    expect(shifted).not.toEqual(Uint8Array.from(bytes));
    expect(await shiftImage(bytes, shift)).toEqual(shifted);
  }
});
