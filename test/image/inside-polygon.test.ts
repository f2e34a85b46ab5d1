import { expect, it } from 'vitest';

import { insidePolygon } from '../../src/image/inside-polygon.js';

/** A square with a notch from above: a W. */
const notched = [
  [0, 0],
  [4, 4],
  [8, 0],
  [8, 8],
  [0, 8],
] as const;

it.each([
  [4, 6, true],
  [1, 2, true],
  [7, 2, true],
  [4, 2, false],
  [-1, 4, false],
  [9, 4, false],
  [4, 9, false],
  [4, 4, true],
  [0, 5, true],
  [8, 5, false],
])('says of (%d, %d) in a polygon that is not convex: %s', (x, y, inside) => {
  expect(insidePolygon([x, y], notched)).toBe(inside);
  expect(insidePolygon([x, y], notched.toReversed())).toBe(inside);
});

it('gives each point of a plane of two halves to one of them', () => {
  const left = [[0, 0], [5, 0], [3, 10], [0, 10]] as const; // prettier-ignore
  const right = [[5, 0], [10, 0], [10, 10], [3, 10]] as const; // prettier-ignore
  for (let x = 0; x < 10; x += 0.5) {
    for (let y = 0; y < 10; y += 0.5) expect([insidePolygon([x, y], left), insidePolygon([x, y], right)].filter(Boolean)).toHaveLength(1);
  }
});
