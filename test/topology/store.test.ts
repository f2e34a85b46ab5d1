import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { json } from '../../src/serde/json.js';
import { Store } from '../../src/topology/store.js';

const serde = json<number>().bind({ topic: 'state', side: 'value', registry: undefined as never });
/** Rotated by one character, so that the order is another than that of the keys. */
const rotated = (key: string): string | undefined => (key.startsWith('-') ? undefined : key.slice(1) + key.slice(0, 1));

const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: fc.string({ maxLength: 3 }), value: fc.nat() }),
  fc.record({ kind: fc.constant('delete' as const), key: fc.string({ maxLength: 3 }) }),
  fc.record({ kind: fc.constantFrom('commit' as const, 'rollback' as const) }),
);

describe('a store', () => {
  it('keeps an order of its keys through writes, commits and rollbacks', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(20), (steps, registerAt) => {
        const store = new Store('numbers', serde);
        const committed = new Map<string, number>();
        const epoch = new Map<string, number>();
        steps.forEach((action, index) => {
          if (index === registerAt) store.orderedBy('rotated', rotated);
          if (action.kind === 'set') {
            store.set(action.key, action.value);
            epoch.set(action.key, action.value);
          } else if (action.kind === 'delete') {
            store.delete(action.key);
            epoch.delete(action.key);
          } else if (action.kind === 'commit') {
            store.commit(store.changes());
            committed.clear();
            for (const [key, value] of epoch) committed.set(key, value);
          } else {
            store.rollback();
            epoch.clear();
            for (const [key, value] of committed) epoch.set(key, value);
          }
        });
        const places = [...epoch.keys()].map(rotated).filter((place) => place !== undefined);
        const expected = places.sort((a, b) => (a < b ? -1 : 1)).map((place) => place.slice(-1) + place.slice(0, -1));
        expect([...store.orderedBy('rotated', rotated).range('', '\uffff\uffff')]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('scans a range while it is changed', () => {
    const store = new Store('numbers', serde);
    for (const key of ['a', 'b', 'c', 'd']) store.set(key, 1);
    const seen: string[] = [];
    for (const key of store.orderedBy('key', (text) => text).range('b', 'd')) {
      seen.push(key);
      store.delete(key);
    }
    expect(seen).toEqual(['b', 'c']);
    expect([...store.keys()]).toEqual(['a', 'd']);
  });
});
