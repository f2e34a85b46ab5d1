import { expect } from 'vitest';

import { committedByKey, expectedSums } from './crash-records.js';

/** Expects in a log's outputs what one undisturbed run of the crash job commits, per key and in order. */
export async function expectUndisturbed(location: string): Promise<void> {
  const sums = expectedSums();
  const even = [...sums].map(([key, values]) => [key, values.filter((value) => value % 2 === 0)] as const);
  expect(await committedByKey(location, 'sums')).toEqual(sums);
  expect(await committedByKey(location, 'even-sums')).toEqual(new Map(even.filter(([, values]) => values.length > 0)));
}
