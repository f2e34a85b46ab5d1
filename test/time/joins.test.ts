import fc from 'fast-check';
import type { Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';

import { dedupe, join, json, LateOutput, topology, type StreamRecord, type Topology } from 'headwater';

import { asOfReference, streamsReference, type SidedItem } from './reference-joins.js';
import { epochPlans, oneByOne, runInEpochs, type EpochPlan } from './run-in-epochs.js';

type Numbers = Observable<StreamRecord<string, number>>;
const number = json<number>();
const bounded = { numRuns: Number(process.env['HEADWATER_PROPERTY_RUNS'] ?? 20) };
const pair = (left: number | null, right: number | null) => [left, right];

const item = fc.record({
  topic: fc.constantFrom('left' as const, 'right' as const),
  key: fc.constantFrom('a', 'b'),
  timestamp: fc.nat(60),
  value: fc.nat(99),
});
const items = fc.array(item, { maxLength: 40 });
const span = fc.nat(15);

function joining(operator: (left: Numbers, right: Numbers, late: LateOutput<number>) => Observable<StreamRecord<string>>): Topology {
  return topology('joins', ({ source, sink }) => {
    const late = new LateOutput<number>();
    sink('out', json(), operator(source('left', number), source('right', number), late));
    sink('late', json(), late);
  });
}

async function run(topology: Topology, list: readonly SidedItem[], plans: readonly EpochPlan[]) {
  const outputs = await runInEpochs(topology, list, () => oneByOne);
  expect(await runInEpochs(topology, list, plans)).toEqual(outputs);
  return { out: outputs['out'] ?? [], late: outputs['late'] ?? [] };
}

/** In an order that does not depend on which of several pairs of one moment comes first. */
const sorted = (list: readonly unknown[]) => list.map((value) => JSON.stringify(value)).sort();

describe('joins', () => {
  it.each(['inner', 'left', 'outer'] as const)(
    'of streams (%s) give the pairs of the definition, however the input is cut, retried and restarted',
    async (type) => {
      const property = fc.asyncProperty(items, span, span, fc.nat(10), epochPlans, async (list, before, after, grace, plans) => {
        const { out, late } = await run(
          joining((left, right, late) =>
            left.pipe(join.streams(right, { name: 'join', within: { before, after }, grace, type, late }, pair)),
          ),
          list,
          plans,
        );
        const expected = streamsReference(list, { before, after, grace, type });
        expect(sorted(out)).toEqual(sorted(expected.out));
        expect(late).toEqual(expected.late.map(({ key, timestamp, value }) => ({ key, timestamp, value })));
      });
      await fc.assert(property, bounded);
    },
  );

  it('as of a time give the newest value at or before it, however the input is cut, retried and restarted', async () => {
    const property = fc.asyncProperty(items, fc.nat(30), fc.nat(20), epochPlans, async (list, tolerance, grace, plans) => {
      const { out } = await run(
        joining((left, right, late) => left.pipe(join.asOf(right, { name: 'as-of', tolerance, grace, type: 'left', late }, pair))),
        list,
        plans,
      );
      expect(sorted(out)).toEqual(sorted(asOfReference(list, { tolerance, grace })));
    });
    await fc.assert(property, bounded);
  });

  it('with a table give what it holds at that moment', async () => {
    const list: SidedItem[] = [
      { topic: 'left', key: 'a', timestamp: 1, value: 1 },
      { topic: 'right', key: 'a', timestamp: 2, value: 20 },
      { topic: 'left', key: 'a', timestamp: 3, value: 3 },
      { topic: 'right', key: 'a', timestamp: 4, value: 40 },
      { topic: 'left', key: 'b', timestamp: 5, value: 5 },
      { topic: 'left', key: 'a', timestamp: 6, value: 6 },
    ];
    const values = async (type: 'inner' | 'left') => {
      const joined = topology('table', ({ source, sink }) => {
        sink('out', json(), source('left', number).pipe(join.table(source('right', number), { name: 'table', type }, pair)));
      });
      const { out } = await run(joined, list, [
        { records: 3, failFirst: true, restartBefore: false },
        { ...oneByOne, restartBefore: true },
      ]);
      return out.map(({ value }) => value);
    };
    expect(await values('inner')).toEqual([
      [3, 20],
      [6, 40],
    ]);
    expect(await values('left')).toEqual([
      [1, null],
      [3, 20],
      [5, null],
      [6, 40],
    ]);
  });

  it('of tables follow both sides and retract what leaves the result', async () => {
    const changes: readonly [topic: 'left' | 'right', value: number | null][] = [
      ['left', 1],
      ['right', 10],
      ['left', 2],
      ['left', null],
      ['right', null],
      ['right', null],
    ];
    const list = changes.map(([topic, value], timestamp) => ({ topic, key: 'a', timestamp, value }));
    const values = async (type: 'inner' | 'left' | 'outer') => {
      const joined = topology('tables', ({ source, sink }) => {
        const nullable = json<number | null>();
        sink('out', json(), source('left', nullable).pipe(join.tables(source('right', nullable), { name: 'tables', type }, pair)));
      });
      const outputs = await runInEpochs(joined, list, [
        { records: 2, failFirst: true, restartBefore: false },
        { ...oneByOne, restartBefore: true },
      ]);
      return outputs['out']!.map(({ value }) => value);
    };
    expect(await values('inner')).toEqual([[1, 10], [2, 10], null]);
    expect(await values('left')).toEqual([[1, null], [1, 10], [2, 10], null]);
    expect(await values('outer')).toEqual([[1, null], [1, 10], [2, 10], [null, 10], null]);
  });
});

describe('the types of joins', () => {
  it('say which side may be missing', () => {
    const typed = (left: Observable<StreamRecord<string, { a: number }>>, right: Observable<StreamRecord<string, { b: string }>>) => [
      left.pipe(
        join.streams(right, { name: 'inner', within: '1s' }, (one, other) => {
          expectTypeOf(one).toEqualTypeOf<{ a: number }>();
          expectTypeOf(other).toEqualTypeOf<{ b: string }>();
        }),
      ),
      left.pipe(
        join.streams(right, { name: 'outer', within: { before: '1s', after: 500 }, type: 'outer' }, (one, other) => {
          expectTypeOf(one).toEqualTypeOf<{ a: number } | null>();
          expectTypeOf(other).toEqualTypeOf<{ b: string } | null>();
        }),
      ),
      left.pipe(
        join.asOf(right, { name: 'as-of', grace: '1s', type: 'left' }, (one, other) => {
          expectTypeOf(one).toEqualTypeOf<{ a: number }>();
          expectTypeOf(other).toEqualTypeOf<{ b: string } | null>();
        }),
      ),
    ];
    expectTypeOf(typed).returns.toBeArray();
  });
});

describe('dedupe', () => {
  it('lets the first of equal records through and forgets it after the horizon, however the input is cut, retried and restarted', async () => {
    const property = fc.asyncProperty(items, fc.nat(20), epochPlans, async (list, horizon, plans) => {
      const deduped = topology('dedupe', ({ source, sink }) => {
        const by = (value: number) => (value % 2 === 0 ? String(value % 4) : Uint8Array.of(value % 4));
        sink('out', number, source('left', number).pipe(dedupe({ name: 'dedupe', horizon, by })));
      });
      const lefts = list.filter(({ topic }) => topic === 'left');
      const passed = new Map<string, number>();
      let streamTime = -1;
      const expected = lefts.filter(({ key, timestamp, value }) => {
        streamTime = Math.max(streamTime, timestamp);
        const since = passed.get(`${key}${value % 4}`) ?? -Infinity;
        if (streamTime - since <= horizon) return false;
        passed.set(`${key}${value % 4}`, streamTime);
        return true;
      });
      const { out } = await run(deduped, lefts, plans);
      expect(out).toEqual(expected.map(({ key, timestamp, value }) => ({ key, timestamp, value })));
    });
    await fc.assert(property, bounded);
  });
});
