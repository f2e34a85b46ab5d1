import fc from 'fast-check';
import { expect, it } from 'vitest';

import { dropSimilar, json, topology } from 'headwater';

import { oneByOne, epochPlans, runInEpochs, type TestRecord } from '../time/run-in-epochs.js';

const options = { name: 'still', maxDistance: 1, metric: 'euclidean', horizon: '10ms' } as const;
const dropping = (remember?: number) =>
  topology('dropping', ({ source, sink }) => {
    const passing = dropSimilar<number>({ ...options, vector: (value) => Float64Array.of(value), ...(remember && { remember }) });
    sink('out', json(), source('in', json<number>()).pipe(passing));
  });

const records = fc.array(fc.record({ topic: fc.constant('in'), key: fc.constantFrom('a', 'b'), timestamp: fc.nat(60), value: fc.nat(8) }), {
  maxLength: 40,
});

/** By the definition: stream time is that of the newest record so far. */
function reference(list: readonly TestRecord<number>[]): TestRecord<number>[] {
  const passed: { key: string; value: number; at: number }[] = [];
  let now = 0;
  return list.filter(({ key, timestamp, value }) => {
    now = Math.max(now, timestamp);
    if (passed.some((one) => one.key === key && now - one.at <= 10 && Math.abs(one.value - value) <= 1)) return false;
    passed.push({ key, value, at: now });
    return true;
  });
}

it('drops what is like a record that passed within the horizon, however the input is cut, retried and restarted', async () => {
  const property = fc.asyncProperty(records, epochPlans, async (list, plans) => {
    const { out = [] } = await runInEpochs(dropping(), list, plans);
    expect(out.map(({ key, timestamp, value }) => ({ topic: 'in', key, timestamp, value }))).toEqual(reference(list));
  });
  await fc.assert(property, { numRuns: Number(process.env['HEADWATER_PROPERTY_RUNS'] ?? 20) });
});

it('forgets the oldest where there would be more than it remembers', async () => {
  const list = [0, 10, 20, 0].map((value, timestamp) => ({ topic: 'in', key: 'a', timestamp, value }));
  const values = async (remember: number) =>
    (await runInEpochs(dropping(remember), list, () => oneByOne))['out']!.map(({ value }) => value);
  expect(await values(3)).toEqual([0, 10, 20]);
  expect(await values(2)).toEqual([0, 10, 20, 0]);
});
