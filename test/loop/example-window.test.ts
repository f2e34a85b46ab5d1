import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ExampleWindow, type ExampleRow, type WindowState } from '../../src/loop/example-window.js';
import { json } from '../../src/serde/json.js';
import { openRegistry } from '../../src/serde/open-registry.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { Store } from '../../src/topology/store.js';

function storeOf<V>(name: string): Store<V> {
  return new Store(name, json<V>().bind({ topic: name, side: 'value', registry: openRegistry(new MemoryLog()) }));
}

function windowOf(size: number, slots = storeOf<ExampleRow>('slots')): ExampleWindow {
  return new ExampleWindow(storeOf<WindowState>('states'), slots, size);
}

function row(offset: number, label: string): ExampleRow {
  return { topic: 'features', offset, label, featurizer: 'net@1' };
}

const inOrder = (rows: readonly ExampleRow[]): ExampleRow[] => rows.toSorted((one, other) => one.offset - other.offset);

describe('the window of examples', () => {
  it('keeps all examples of a rare label while the frequent one takes turns', () => {
    const window = windowOf(10);
    for (let offset = 0; offset < 100; offset++) window.add('gate', row(offset, offset % 20 === 0 ? 'occupied' : 'clear'));
    const rows = inOrder(window.rows('gate'));
    expect(rows.map(({ offset, label }) => `${offset} ${label}`)).toEqual([
      '0 occupied',
      '20 occupied',
      '40 occupied',
      '60 occupied',
      '80 occupied',
      '95 clear',
      '96 clear',
      '97 clear',
      '98 clear',
      '99 clear',
    ]);
    expect(window.count('gate')).toBe(100);
    expect(window.leftTo('gate')).toBe(94);
    expect(window.rows('another')).toEqual([]);
  });

  it('holds what a plain list would, whatever labels come and are corrected', () => {
    const steps = fc.array(
      fc.record({ label: fc.constantFrom('a', 'b', 'c', '__proto__'), correct: fc.option(fc.nat(400), { nil: undefined }) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), steps, (size, all) => {
        const slots = storeOf<ExampleRow>('slots');
        const window = windowOf(size, slots);
        let list: ExampleRow[] = [];
        let seen: string[] = [];
        let leftTo = -1;
        all.forEach(({ label, correct }, at) => {
          const old = correct === undefined ? undefined : list[correct % Math.max(1, list.length)];
          if (old) {
            expect(window.remove('gate', ({ offset }) => offset === old.offset, old.label)).toBe(1);
            list = list.filter((one) => one !== old);
            seen = seen.filter((name) => list.some((one) => one.label === name));
          }
          const added = row(old?.offset ?? at, label);
          window.add('gate', added);
          list.push(added);
          if (!seen.includes(label)) seen.push(label);
          if (list.length > size) {
            const held = (name: string) => list.filter((one) => one.label === name).length;
            const longest = seen.reduce((most, name) => (held(name) > held(most) ? name : most));
            const [oldest] = list.filter((one) => one.label === longest);
            list = list.filter((one) => one !== oldest);
            seen = seen.filter((name) => list.some((one) => one.label === name));
            leftTo = Math.max(leftTo, oldest!.offset);
          }
        });
        expect(inOrder(window.rows('gate'))).toEqual(inOrder(list));
        expect(window.count('gate')).toBe(all.length);
        expect(window.leftTo('gate')).toBe(leftTo);
        expect([...slots.keys()]).toHaveLength(list.length);
        expect(window.remove('gate', ({ offset }) => offset % 3 === 0)).toBe(list.filter(({ offset }) => offset % 3 === 0).length);
        expect(inOrder(window.rows('gate'))).toEqual(inOrder(list.filter(({ offset }) => offset % 3 !== 0)));
      }),
    );
  });
});
