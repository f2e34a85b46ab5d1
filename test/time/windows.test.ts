import fc from 'fast-check';
import type { OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { aggregate, json, LateOutput, topology, window, type Aggregator, type StreamRecord, type Topology, type Windowed } from 'headwater';

import { hoppingReference, sessionReference, slidingReference, type Item } from './reference-windows.js';
import { epochPlans, oneByOne, runInEpochs } from './run-in-epochs.js';

const any = json();

/** The values of a window, so that a window with a wrong record in it cannot look right. */
const values: Aggregator<number, number[], number[]> & { merge(one: number[], other: number[]): number[] } = {
  seed: () => [],
  add: (list, value) => [...list, value].sort((a, b) => a - b),
  merge: (one, other) => [...one, ...other].sort((a, b) => a - b),
  result: (list) => [...list],
};

const items = fc.array(fc.record({ key: fc.constantFrom('a', 'a\0b', 'b'), timestamp: fc.nat(80), value: fc.nat(99) }), { maxLength: 40 });
const emit = fc.constantFrom('update' as const, 'final' as const);
const input = (list: readonly Item[]) => list.map((item) => ({ ...item, topic: 'in' }));
const bounded = { numRuns: Number(process.env['HEADWATER_PROPERTY_RUNS'] ?? 20) };

type Windows = OperatorFunction<StreamRecord<string, number>, StreamRecord<string>>;

function windowed(operator: (late: LateOutput<number>) => Windows): Topology {
  return topology('windows', ({ source, sink }) => {
    const late = new LateOutput<number>();
    sink('out', any, source('in', json<number>()).pipe(operator(late)));
    sink('late', any, late);
  });
}

async function expectBoth(build: () => Topology, list: readonly Item[], plans: Parameters<typeof runInEpochs>[2]) {
  const outputs = await runInEpochs(build(), input(list), () => oneByOne);
  expect(await runInEpochs(build(), input(list), plans)).toEqual(outputs);
  return { out: outputs['out'] ?? [], late: outputs['late'] ?? [] };
}

const of = (value: unknown) => value as Windowed<number[]>;
const plain = ({ key, timestamp, value }: Item) => ({ key, timestamp, value });

describe('windows in stream time', () => {
  it('hop as their definition says, however the input is cut, retried and restarted', async () => {
    const options = fc
      .record({ size: fc.integer({ min: 1, max: 20 }), advance: fc.integer({ min: 1, max: 20 }), grace: fc.nat(15), emit })
      .filter(({ size, advance }) => advance <= size);
    const property = fc.asyncProperty(items, options, epochPlans, async (list, chosen, plans) => {
      const build = () => windowed((late) => window.hopping({ name: 'hop', ...chosen, aggregate: values, late }));
      const expected = hoppingReference(list, chosen);
      expect(await expectBoth(build, list, plans)).toEqual({ out: expected.out, late: expected.late.map(plain) });
    });
    await fc.assert(property, bounded);
  });

  it('make sessions as their definition says, however the input is cut, retried and restarted', async () => {
    const property = fc.asyncProperty(items, fc.nat(10), fc.nat(15), epochPlans, async (list, gap, grace, plans) => {
      const build = () => windowed((late) => window.session({ name: 'session', gap, grace, emit: 'final', aggregate: values, late }));
      const expected = sessionReference(list, { gap, grace });
      expect(await expectBoth(build, list, plans)).toEqual({ out: expected.out, late: expected.late.map(plain) });
    });
    await fc.assert(property, bounded);
  });

  it('slide as their definition says, however the input is cut, retried and restarted', async () => {
    const property = fc.asyncProperty(items, fc.integer({ min: 1, max: 20 }), fc.nat(15), epochPlans, async (list, size, grace, plans) => {
      const build = () => windowed((late) => window.sliding({ name: 'slide', size, grace, emit: 'final', aggregate: values, late }));
      const expected = slidingReference(list, { size, grace });
      expect(await expectBoth(build, list, plans)).toEqual({ out: expected.out, late: expected.late.map(plain) });
    });
    await fc.assert(property, bounded);
  });

  it('retract the sessions that a record has joined', async () => {
    const list = [0, 20, 10].map((timestamp, value) => ({ key: 'a', timestamp, value }));
    const build = windowed((late) => window.session({ name: 'session', gap: 10, grace: 100, aggregate: aggregate.count(), late }));
    const { out } = await runInEpochs(build, input(list), []);
    expect(out!.map(({ value }) => value)).toEqual([
      { start: 0, end: 0, value: 1 },
      { start: 20, end: 20, value: 1 },
      { start: 0, end: 0, value: null },
      { start: 20, end: 20, value: null },
      { start: 0, end: 20, value: 3 },
    ]);
  });

  it('count records, side by side or overlapping', async () => {
    const list = Array.from({ length: 7 }, (_, index) => ({ key: 'a', timestamp: index, value: index }));
    const run = async (advance: number) => {
      const counting = topology('counts', ({ source, sink }) =>
        sink('out', any, source('in', json<number>()).pipe(window.count({ name: 'count', size: 3, advance, aggregate: values }))),
      );
      const { out } = await runInEpochs(counting, input(list), [oneByOne, { records: 3, failFirst: true, restartBefore: true }]);
      return out!.map(({ value }) => of(value).value);
    };
    expect(await run(3)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(await run(2)).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
    ]);
  });
});
