import { expect, it } from 'vitest';

import { fitHeadOffThread } from '../../src/loop/fit-thread.js';
import { fitHead } from '../../src/ml/head/fit-head.js';

it('fits the same head beside the event loop as on it', async () => {
  const features = () => Float32Array.of(1, 2, 3, -1, -2, -3.5);
  const head = await fitHeadOffThread(features(), ['a', 'b'], { name: 'x', regParam: 1 });
  expect(head.version).toBe(fitHead(features(), ['a', 'b'], { name: 'x', regParam: 1 }).version);
});
it('rejects with the reason where the fit fails', async () => {
  await expect(fitHeadOffThread(Float32Array.of(1, NaN), ['a', 'b'], {})).rejects.toThrow(/NaN|finite/);
});
