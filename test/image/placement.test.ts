import { expect, it } from 'vitest';

import { place } from '../../src/image/placement.js';

const raster = { width: 40, height: 20, words: new Uint32Array(40 * 20) };
const whole = { x: 0, y: 0, width: 40, height: 20 };

it('says where a picture comes to lie in numbers alone: its pixels must not travel with them between threads', () => {
  const target = { width: 10, height: 10, bytes: new Uint8Array(10 * 10 * 3), offset: 0 };
  expect(place(raster, {}, target, 'fill')).toStrictEqual({ from: whole, to: { x: 0, y: 0, width: 10, height: 10 } });
  expect(place(raster, {}, target, 'contain')).toStrictEqual({ from: whole, to: { x: 0, y: 2, width: 10, height: 5 } });
  expect(place(raster, {}, target, 'cover')).toStrictEqual({
    from: { x: 10, y: 0, width: 20, height: 20 },
    to: { x: 0, y: 0, width: 10, height: 10 },
  });
});
